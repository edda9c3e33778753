using System.Text.Json;
using System.Threading.Channels;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests.Support;

/// <summary>A stock Socket.IO client, as somebody's page would use it.</summary>
internal sealed class StockClient : IAsyncDisposable
{
    private readonly NodeProcess _node;
    private readonly ChannelReader<JsonElement> _happened;
    private readonly List<JsonElement> _seen = [];
    private readonly int _id;
    private int _lastCall;

    private StockClient(NodeProcess node)
    {
        _node = node;
        (_id, _happened) = node.NewClient();
    }

    /// <summary>What it took to connect last: <c>sid</c>, <c>recovered</c>, <c>transport</c>.</summary>
    public JsonElement Connection { get; private set; }

    public bool Recovered => Connection.GetProperty("recovered").GetBoolean();

    /// <summary>Connects and waits for the connection.</summary>
    public static async Task<StockClient> ConnectAsync(NodeProcess node, Uri url, params string[] transports)
    {
        StockClient client = Open(node, url.ToString(), transports);
        await client.ConnectedAsync();
        return client;
    }

    /// <summary>Connects and takes a name.</summary>
    public static async Task<StockClient> EnterAsync(NodeProcess node, Uri url, string name, params string[] transports)
    {
        StockClient client = await ConnectAsync(node, url, transports);
        Assert.True((await client.CallAsync("set-nickname", name))[0].GetBoolean());
        await client.EventAsync("users");
        return client;
    }

    /// <summary>Begins to connect.</summary>
    public static StockClient Open(NodeProcess node, string url, params string[] transports)
    {
        StockClient client = new(node);
        node.Send(new { @do = "open", id = client._id, url, options = new { transports = transports.Length > 0 ? transports : ["websocket"] } });
        return client;
    }

    public void Emit(string name, params object[] args) => _node.Send(new { @do = "emit", id = _id, name, args });

    /// <summary>Emits an event and waits for its acknowledgement: a list.</summary>
    public async Task<JsonElement> CallAsync(string name, params object[] args)
    {
        int call = ++_lastCall;
        _node.Send(new { @do = "emit", id = _id, call, name, args });
        JsonElement ack = await FindAsync(item => Is(item, "ack") && item.GetProperty("call").GetInt32() == call, $"the acknowledgement of {name}");
        return ack.GetProperty("answer");
    }

    /// <summary>The next event of a name: its first argument.</summary>
    public Task<JsonElement> EventAsync(string name) => EventAsync(name, _ => true);

    /// <summary>The next event of a name whose first argument fits.</summary>
    public async Task<JsonElement> EventAsync(string name, Func<JsonElement, bool> fits)
    {
        JsonElement found = await FindAsync(item => IsEvent(item, name) && fits(First(item)), $"the event {name}");
        return First(found);
    }

    /// <summary>Waits until it is connected (again).</summary>
    public async Task ConnectedAsync() => Connection = await FindAsync(item => Is(item, "connect"), "the connection");

    /// <summary>Waits for something else that happens to a client.</summary>
    public Task<JsonElement> HappenedAsync(string what) => FindAsync(item => Is(item, what), what);

    /// <summary>The events of a name that have come and were not taken, up to a message to the lobby that is sent now and comes after them.</summary>
    public IReadOnlyList<JsonElement> Untaken(string name)
    {
        while (_happened.TryRead(out JsonElement item))
        {
            _seen.Add(item);
        }

        return [.. _seen.Where(item => IsEvent(item, name)).Select(First)];
    }

    /// <summary>From the next connection on it talks to another node.</summary>
    public void Move(Uri url) => _node.Send(new { @do = "move", id = _id, url = url.ToString() });

    /// <summary>Loses its transport; it comes back by itself.</summary>
    public void Cut() => _node.Send(new { @do = "cut", id = _id });

    /// <summary>Loses its transport and stays away until it is told to resume.</summary>
    public async Task HoldAsync()
    {
        _node.Send(new { @do = "hold", id = _id });
        await HappenedAsync("disconnect");
    }

    public void Resume() => _node.Send(new { @do = "resume", id = _id });

    /// <summary>Leaves.</summary>
    public void Leave() => _node.Send(new { @do = "close", id = _id });

    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    private static bool Is(JsonElement item, string what) => item.GetProperty("what").ValueEquals(what);

    private static bool IsEvent(JsonElement item, string name) => Is(item, "event") && item.GetProperty("name").ValueEquals(name);

    private static JsonElement First(JsonElement item) => item.GetProperty("args") is var args && args.GetArrayLength() > 0 ? args[0] : default;

    private async Task<JsonElement> FindAsync(Func<JsonElement, bool> wanted, string what)
    {
        for (int i = 0; ; i++)
        {
            if (i == _seen.Count)
            {
                _seen.Add(await _happened.ReadAsync().AsTask().WithinAsync(what: $"{what} (seen: {string.Join('\n', _seen)})"));
            }

            JsonElement item = _seen[i];
            if (wanted(item))
            {
                _seen.RemoveAt(i);
                return item;
            }
        }
    }
}
