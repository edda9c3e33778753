using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>A server on which only a few sends may wait for storage, for all of its clients together.</summary>
public sealed class NarrowServer() : HostileServer("--limits", "off", "--limit-in-flight", "1000", "--limit-pending", "20", "--limit-pending-bytes", "100000", "--limit-frame", "1000000");

/// <summary>Redis stands still and everybody goes on sending: what waits has a bound for the whole node, and what was acknowledged is there once.</summary>
public sealed class FullNodeTests(NarrowServer server) : IClassFixture<NarrowServer>
{
    private const int Each = 60;

    [Theory]
    [InlineData("count", 1, 20)]
    [InlineData("size", 8000, 13)]
    public async Task Sends_beyond_what_may_wait_on_a_node_are_refused_at_once_and_all_are_there_once_in_the_end(string bound, int length, int most)
    {
        HostileClient[] clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.JoinAsync(server.NewName())));
        string[] groups = [.. clients.Select((_, i) => $"{bound}-{i}")];
        foreach ((HostileClient client, string group) in clients.Zip(groups))
        {
            await client.OkAsync($$"""{"do":"group.create","group":"{{group}}","title":"x"}""");
        }

        // A conversation each: no bound of a session or a conversation is near.
        server.Redis.Server.Pause();
        try
        {
            await Task.WhenAll(clients.Zip(groups, (client, group) => client.SendAsync(Sends(group, length, Enumerable.Range(0, Each)))));
            await Eventually.TrueAsync(() => clients.All(client => Refused(client).Any()));
        }
        finally
        {
            server.Redis.Server.Resume();
        }

        await Eventually.TrueAsync(() => clients.All(client => Replies(client).Count() == Each));
        Assert.All(clients.SelectMany(Refused), reply => Assert.True(reply.GetProperty("error").GetProperty("retry").GetBoolean()));
        Assert.All(clients.SelectMany(Replies), reply => Assert.Contains(Code(reply), (int[])[0, 4290, 5030]));

        // The first frame alone is more than there is room for, and all of it was begun before anything could be answered.
        Assert.Contains(clients, client => Refused(client).Count() >= Each - most);

        foreach ((HostileClient client, string group) in clients.Zip(groups))
        {
            await SendAgainAsync(client, group, length);
            JsonElement[] history = [.. (await client.OkAsync($$"""{"do":"history","conversation":"group:{{group}}","limit":200}""")).GetProperty("messages").EnumerateArray()];
            string[] there = [.. history.Where(message => message.TryGetProperty("clientId", out _)).Select(message => message.GetProperty("clientId").GetString()!)];
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"m{i}").Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
            await client.DisposeAsync();
        }

        await server.AssertUnharmedAsync();
        Assert.Contains("Sends are refused:", server.Process.Errors, StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = server.Url };
        Assert.Matches(@"(?m)^chat_sends_shed_total [1-9]", await http.GetStringAsync("/metrics"));
    }

    private static string Sends(string group, int length, IEnumerable<int> which)
    {
        string text = new('x', length);
        var frame = new StringBuilder();
        foreach (int i in which)
        {
            frame.Append($"{{\"id\":{i},\"do\":\"send\",\"conversation\":\"group:{group}\",\"clientId\":\"m{i}\",\"text\":\"{i} {text}\",\"after\":1}}\n");
        }

        return frame.ToString();
    }

    // One at a time, so that there is room.
    private static async Task SendAgainAsync(HostileClient client, string group, int length)
    {
        string text = new('x', length);
        foreach (int i in Enumerable.Range(0, Each))
        {
            await Eventually.ValueAsync(
                () => client.CallAsync($$"""{"do":"send","conversation":"group:{{group}}","clientId":"m{{i}}","text":"{{i}} {{text}}","after":1}"""),
                reply => reply.TryGetProperty("ok", out _));
        }
    }

    private static IEnumerable<JsonElement> Replies(HostileClient client) =>
        client.Received.Where(item => item.TryGetProperty("re", out JsonElement re) && re.ValueKind == JsonValueKind.Number);

    private static IEnumerable<JsonElement> Refused(HostileClient client) => Replies(client).Where(reply => Code(reply) == 4290);

    private static int Code(JsonElement reply) => reply.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : 0;
}
