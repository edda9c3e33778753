using System.Net;
using System.Net.Http.Headers;
using OrleansChat.Client;
using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Topology;

/// <summary>Clients of every kind that reach two nodes by the balancer's address alone.</summary>
public sealed class BalancerTests
{
    private const int Sayings = 5;
    private const int Stock = 9;

    [Fact]
    public async Task Every_door_works_through_the_balancer_and_each_session_stays_where_it_began()
    {
        await using ComposeTopology topology = await ComposeTopology.StartAsync();
        Member[] members = await topology.JoinAsync("native", 4);
        await members[0].Chat.CreateGroupAsync("one", members: members.Select(member => member.Name), join: "open");
        using HttpClient http = new() { BaseAddress = topology.Url };
        string listener = (await new ChatRest(http).CreateGuestAsync("listener").WithinAsync()).Token;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", listener);
        using HttpResponseMessage joined = await http.PutAsync("/api/v1/groups/one/members/me", null).WithinAsync();
        Assert.Equal(HttpStatusCode.OK, joined.StatusCode);
        using StreamReader events = new(await http.GetStreamAsync("/api/v1/events").WithinAsync(what: "the stream of events"));
        List<(string, string)> people = [];
        for (int i = 1; i <= 4; i++)
        {
            people.Add(($"hub-{i}", (await new ChatRest(http).CreateGuestAsync($"hub-{i}").WithinAsync()).Token));
        }

        await using StockClients stock = await StockClients.JoinAsync(topology.Url, "one", people);
        await stock.SayAsync(Sayings);
        int count = Stock * Sayings;
        await Eventually.TrueAsync(
            () => stock.Heard.Count == Stock && stock.Heard.Values.All(heard => heard.Length >= count), TimeSpan.FromSeconds(60), "everybody hearing everybody");
        await members[0].Chat.SendAsync("group:one", "that was all").WithinAsync();
        await Eventually.TrueAsync(() => stock.Heard.Values.All(heard => heard.Length >= count + 1), TimeSpan.FromSeconds(60), "everybody hearing the end");
        await stock.LeaveAsync();

        Transcript transcript = await Transcript.ReadAsync(members[1].Chat, "group:one");
        string[] said = [.. transcript.Entries.Where(entry => entry.ClientId is not null || !entry.Text!.StartsWith('{')).Select(entry => entry.Text!)];
        Assert.Equal(count + 1, said.Length);
        Assert.All(stock.Heard.Values, heard => Assert.Equal(said, heard));
        Assert.All(stock.Began, began => Assert.Equal((began.Key, 1), (began.Key, began.Value)));
        Assert.Equal(Stock, stock.Began.Count);
        await Task.WhenAll(members.Select(member => transcript.AssertHeardAsync(member.Recorder, deadline: TimeSpan.FromSeconds(60))));
        await HearAsync(events, "that was all");

        // What is for operators stays inside.
        await AnswersAsync(http, "/lobby", HttpStatusCode.OK);
        await AnswersAsync(http, "/openapi/v1.json", HttpStatusCode.OK);
        await AnswersAsync(http, "/metrics", HttpStatusCode.NotFound);
        await AnswersAsync(http, "/health/ready", HttpStatusCode.NotFound);

        // Whoever has the fewest sessions gets the next.
        Assert.Equal(2, members.Select(member => member.Recorder.Of<ConnectedEvent>()[0].Hello.Node).Distinct().Count());
    }

    private static async Task AnswersAsync(HttpClient http, string path, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await http.GetAsync(path).WithinAsync();
        Assert.Equal((path, status), (path, answer.StatusCode));
    }

    private static async Task HearAsync(StreamReader events, string text)
    {
        while (await events.ReadLineAsync().WithinAsync(what: $"the event with '{text}'") is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The stream ended before '{text}'.");
    }
}
