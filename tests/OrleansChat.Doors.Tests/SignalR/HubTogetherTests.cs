using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.SignalR;

/// <summary>What a client sends at once: the hub itself would see one invocation after the other.</summary>
public sealed class HubTogetherTests(DoorsFixture doors)
{
    private const char End = '\u001e';

    [Fact]
    public async Task Sends_that_came_together_are_answered_each_by_itself_and_stay_in_order()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.South, doors.Name("bob"));
        using RestUser carol = await RestUser.RegisterAsync(doors.South, doors.Name("carol"));
        await using HubLine line = await HubLine.OpenAsync(doors.North, alice.Token);

        await line.SendAsync(
            Send("1", $"\"to\":\"{bob.Name}\",\"clientId\":\"1\",\"text\":\"one\""),
            Send("2", $"\"to\":\"{bob.Name}\",\"clientId\":\"2\",\"text\":\"two\""),
            Send("refused", $"\"to\":\"{bob.Name}\",\"text\":7"),
            Send("3", $"\"to\":\"{bob.Name}\",\"clientId\":\"3\",\"text\":\"three\""),
            Send("elsewhere", $"\"to\":\"{carol.Name}\",\"clientId\":\"1\",\"text\":\"elsewhere\""),
            "{\"type\":1,\"invocationId\":\"ping\",\"target\":\"Ping\",\"arguments\":[{}]}",
            Send("again", $"\"to\":\"{bob.Name}\",\"clientId\":\"1\",\"text\":\"one\""),
            "{\"type\":6}",
            $"{{\"arguments\":[{{\"to\":\"{bob.Name}\",\"clientId\":\"4\",\"text\":\"four\"}}],\"target\":\"Send\",\"type\":1}}",
            "{\"type\":1,\"invocationId\":\"none\",\"target\":\"NoSuchMethod\",\"arguments\":[{}]}",
            Send("5", $"\"to\":\"{bob.Name}\",\"clientId\":\"5\",\"text\":\"five\""),
            "{\"type\":1,\"invocationId\":\"few\",\"target\":\"Send\",\"arguments\":[]}");
        Dictionary<string, JsonElement> answers = await line.AnswersAsync("1", "2", "refused", "3", "elsewhere", "ping", "again", "none", "5", "few");

        Assert.Equal([1, 2, 3, 1, 1, 5], new[] { "1", "2", "3", "elsewhere", "again", "5" }.Select(id => answers[id].GetProperty("result").GetProperty("seq").GetInt64()));
        Assert.True(answers["again"].GetProperty("result").GetProperty("duplicate").GetBoolean());
        Assert.Equal(
            "An unexpected error occurred invoking 'Send' on the server. HubException: bad_request: text must be a text.", answers["refused"].GetProperty("error").GetString());
        Assert.Contains("NoSuchMethod", answers["none"].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(answers["few"].TryGetProperty("error", out _));
        await line.SendAsync($"{{\"type\":1,\"invocationId\":\"all\",\"target\":\"History\",\"arguments\":[{{\"conversation\":\"{ConversationId.Direct(alice.Name, bob.Name).Value}\"}}]}}");
        Assert.Equal(
            ["one", "two", "three", "four", "five"],
            (await line.AnswersAsync("all"))["all"].GetProperty("result").GetProperty("messages").EnumerateArray().OrderBy(message => message.GetProperty("seq").GetInt64()).Select(message => message.GetProperty("text").GetString()));
    }

    /// <summary>More than the queue takes at a time, and more than one call carries.</summary>
    [Fact]
    public async Task A_long_row_of_sends_keeps_its_order()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.North, doors.Name("bob"));
        await using HubLine line = await HubLine.OpenAsync(doors.North, alice.Token);
        string[] ids = [.. Enumerable.Range(1, 100).Select(i => $"{i}")];

        await line.SendAsync([.. ids.Select(id => Send(id, $"\"to\":\"{bob.Name}\",\"clientId\":\"{id}\",\"text\":\"{id}\""))]);
        Dictionary<string, JsonElement> answers = await line.AnswersAsync(ids);

        Assert.Equal(ids.Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture)), ids.Select(id => answers[id].GetProperty("result").GetProperty("seq").GetInt64()));
    }

    private static string Send(string id, string parameters) => $"{{\"type\":1,\"invocationId\":\"{id}\",\"target\":\"Send\",\"arguments\":[{{{parameters}}}]}}";

    private sealed class HubLine(ClientWebSocket socket) : IAsyncDisposable
    {
        private readonly StringBuilder _heard = new();

        public static async Task<HubLine> OpenAsync(ServerProcess server, string token)
        {
            var socket = new ClientWebSocket();
            await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/hub?access_token={token}"), CancellationToken.None);
            var line = new HubLine(socket);
            await line.SendAsync("{\"protocol\":\"json\",\"version\":1}");
            return line;
        }

        /// <summary>Sends messages within one frame.</summary>
        public Task SendAsync(params string[] messages) =>
            socket.SendAsync(Encoding.UTF8.GetBytes(string.Concat(messages.Select(message => message + End))), WebSocketMessageType.Text, true, CancellationToken.None);

        /// <summary>The answers to these invocations; what else comes in between is let go.</summary>
        public async Task<Dictionary<string, JsonElement>> AnswersAsync(params string[] ids)
        {
            var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            while (answers.Count < ids.Length)
            {
                JsonElement message = await NextAsync(string.Join(' ', ids.Except(answers.Keys)));
                if (message.TryGetProperty("type", out JsonElement type) && type.GetInt32() == 3)
                {
                    answers.Add(message.GetProperty("invocationId").GetString()!, message);
                }
            }

            return answers;
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<JsonElement> NextAsync(string awaited)
        {
            byte[] buffer = new byte[16 * 1024];
            while (true)
            {
                string heard = _heard.ToString();
                if (heard.IndexOf(End, StringComparison.Ordinal) is var end and >= 0)
                {
                    _heard.Remove(0, end + 1);
                    return JsonElement.Parse(heard[..end]);
                }

                WebSocketReceiveResult part = await socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync(what: $"the answers {awaited}");
                Assert.Equal(WebSocketMessageType.Text, part.MessageType);
                _heard.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            }
        }
    }
}
