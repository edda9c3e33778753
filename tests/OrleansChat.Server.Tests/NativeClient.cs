using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>The least client that can chat over the native door, written against the wire contract and nothing else.</summary>
internal sealed class NativeClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonElement> _received = new();
    private int _lastId;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Comes in as a guest and catches up, so that messages reach it from now on.</summary>
    public static Task<NativeClient> ConnectAsync(ServerProcess server, string guest) => ConnectAsync(server.Url, guest);

    /// <summary>The same by the node's address.</summary>
    public static async Task<NativeClient> ConnectAsync(Uri server, string guest)
    {
        using HttpClient http = new() { BaseAddress = server };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/guests", new { name = guest }).WithinAsync(what: "the guest's token");
        answer.EnsureSuccessStatusCode();
        string token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        NativeClient client = new();
        client._socket.Options.AddSubProtocol("chat.v1");
        await client._socket.ConnectAsync(new Uri($"ws://{server.Authority}/ws?token={token}"), CancellationToken.None).WithinAsync(what: "the WebSocket");
        await client.EventAsync("hello");
        await client.CallAsync("""{"do":"sync","positions":{}}""");
        return client;
    }

    /// <summary>Sends a command and returns the <c>ok</c> of its reply.</summary>
    public async Task<JsonElement> CallAsync(string command)
    {
        string id = $"{++_lastId}";
        await _socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"id":{{id}},{{command[1..]}}"""), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        JsonElement reply = await FindAsync(item => item.TryGetProperty("re", out JsonElement re) && re.GetRawText() == id, $"the reply to {command}");
        return reply.TryGetProperty("ok", out JsonElement ok) ? ok : throw new InvalidOperationException(reply.GetRawText());
    }

    /// <summary>The next event of a kind.</summary>
    public Task<JsonElement> EventAsync(string kind) =>
        FindAsync(item => item.TryGetProperty("ev", out JsonElement ev) && ev.GetString() == kind, $"the event {kind}");

    /// <summary>Reads until the server has closed.</summary>
    public async Task ClosedAsync()
    {
        while (await ReceiveAsync("the close"))
        {
            _received.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> FindAsync(Func<JsonElement, bool> wanted, string what)
    {
        while (true)
        {
            for (int waiting = _received.Count; waiting > 0; waiting--)
            {
                JsonElement item = _received.Dequeue();
                if (wanted(item))
                {
                    return item;
                }

                _received.Enqueue(item);
            }

            if (!await ReceiveAsync(what))
            {
                throw new InvalidOperationException($"The server closed ({_socket.CloseStatus}) before {what}.");
            }
        }
    }

    private async Task<bool> ReceiveAsync(string what)
    {
        using MemoryStream frame = new();
        byte[] buffer = new byte[8192];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync(what: what);
            frame.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        foreach (string line in Encoding.UTF8.GetString(frame.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _received.Enqueue(JsonSerializer.Deserialize<JsonElement>(line));
        }

        if (part.MessageType == WebSocketMessageType.Close)
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        return part.MessageType != WebSocketMessageType.Close;
    }
}
