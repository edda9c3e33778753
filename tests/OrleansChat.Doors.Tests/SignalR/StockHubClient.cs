using System.Text.Json;
using System.Threading.Channels;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.SignalR;

/// <summary>A stock SignalR client for JavaScript.</summary>
internal sealed class StockHubClient
{
    private readonly NodeProcess _node;
    private readonly ChannelReader<JsonElement> _happened;
    private readonly List<JsonElement> _seen = [];
    private readonly List<JsonElement> _untaken = [];
    private readonly int _id;
    private int _lastCall;

    private StockHubClient(NodeProcess node)
    {
        _node = node;
        (_id, _happened) = node.NewClient();
    }

    /// <summary>Everything that happened and was looked at, in order.</summary>
    public IReadOnlyList<JsonElement> Seen => _seen;

    /// <summary>Connects; each attempt after a lost connection goes to the next node.</summary>
    public static async Task<StockHubClient> ConnectAsync(NodeProcess node, string transport, string token, params ServerProcess[] servers)
    {
        StockHubClient client = Open(node, transport, token, false, servers);
        await client.HappenedAsync("started");
        return client;
    }

    /// <summary>Begins to connect.</summary>
    public static StockHubClient Open(NodeProcess node, string transport, string token, bool header, params ServerProcess[] servers)
    {
        StockHubClient client = new(node);
        node.Send(new { @do = "open", id = client._id, urls = servers.Select(server => new Uri(server.Url, "/hub")), token, transport, header });
        return client;
    }

    /// <summary>Invokes a method and returns its result.</summary>
    public async Task<JsonElement> InvokeAsync(string method, object parameters)
    {
        JsonElement answer = await AnswerAsync(Begin(method, parameters), method);
        return answer.TryGetProperty("ok", out JsonElement ok) ? ok : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <summary>Invokes a method that is refused and returns what the client is told.</summary>
    public async Task<string> RefusedAsync(string method, object parameters) =>
        (await AnswerAsync(Begin(method, parameters), method)).GetProperty("error").GetString()!;

    /// <summary>Invokes a method and does not wait.</summary>
    public int Begin(string method, object parameters)
    {
        int call = ++_lastCall;
        _node.Send(new { @do = "invoke", id = _id, call, method, parameters });
        return call;
    }

    public Task<JsonElement> AnswerAsync(int call, string method) =>
        FindAsync(item => Is(item, "answer") && item.GetProperty("call").GetInt32() == call, $"the answer of {method}");

    /// <summary>Calls a method without asking for its result.</summary>
    public void Send(string method, object parameters) => _node.Send(new { @do = "send", id = _id, method, parameters });

    public void Stop() => _node.Send(new { @do = "stop", id = _id });

    /// <summary>The next event of a name.</summary>
    public async Task<JsonElement> EventAsync(string name) =>
        (await FindAsync(item => Is(item, "event") && item.GetProperty("event").GetProperty("ev").GetString() == name, $"the event {name}")).GetProperty("event");

    /// <summary>The text of the next message.</summary>
    public async Task<string?> TextAsync() => (await EventAsync("message")).GetProperty("message").GetProperty("text").GetString();

    public Task<JsonElement> HappenedAsync(string what) => FindAsync(item => Is(item, what), what);

    private static bool Is(JsonElement item, string what) => item.GetProperty("happened").GetString() == what;

    // What came before and was not taken is looked at first.
    private async Task<JsonElement> FindAsync(Func<JsonElement, bool> wanted, string what)
    {
        if (_untaken.FindIndex(item => wanted(item)) is var index and >= 0)
        {
            JsonElement found = _untaken[index];
            _untaken.RemoveAt(index);
            return found;
        }

        while (true)
        {
            JsonElement item = await _happened.ReadAsync().AsTask().WithinAsync(what: $"{what} after {string.Join('\n', _seen.TakeLast(4).Select(one => one.GetRawText()))}");
            _seen.Add(item);
            if (wanted(item))
            {
                return item;
            }

            _untaken.Add(item);
        }
    }
}
