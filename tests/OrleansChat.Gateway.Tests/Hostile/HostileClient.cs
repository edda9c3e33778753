using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>A native client that sends whatever it is told to and reads only when it is told to.</summary>
internal sealed class HostileClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentQueue<JsonElement> _received = new();
    private readonly HttpMessageInvoker _http;
    private Task? _reading;
    private int _lastId;

    private HostileClient(int receiveBuffer) => _http = new HttpMessageInvoker(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (receiveBuffer > 0)
            {
                socket.ReceiveBufferSize = receiveBuffer;
            }

            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    /// <summary>The code that the server closed with; null while it has not.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    /// <summary>What was received so far.</summary>
    public IReadOnlyCollection<JsonElement> Received => _received;

    /// <summary>Opens a connection and does not read.</summary>
    public static async Task<HostileClient> OpenAsync(Uri server, string? token, int receiveBuffer = 0, string? origin = null)
    {
        var client = new HostileClient(receiveBuffer);
        if (origin is not null)
        {
            client._socket.Options.SetRequestHeader("Origin", origin);
        }

        string query = token is null ? string.Empty : $"?token={token}";
        try
        {
            await client._socket.ConnectAsync(new Uri($"ws://{server.Authority}/ws{query}"), client._http, CancellationToken.None).WithinAsync(what: "the WebSocket");
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }

        return client;
    }

    /// <summary>Begins to read, until the server closes.</summary>
    public HostileClient Read()
    {
        _reading ??= ReadAsync();
        return this;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] frame, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true) =>
        _socket.SendAsync(frame, type, end, CancellationToken.None).WithinAsync(what: "a frame");

    /// <summary>Sends a command and returns its reply.</summary>
    public async Task<JsonElement> CallAsync(string command)
    {
        string id = $"\"call-{Interlocked.Increment(ref _lastId)}\"";
        await SendAsync($"{{\"id\":{id},{command.TrimStart()[1..]}");
        return await ReplyAsync(id);
    }

    /// <summary>Sends a command and returns the answer.</summary>
    public async Task<JsonElement> OkAsync(string command)
    {
        JsonElement reply = await CallAsync(command);
        return reply.TryGetProperty("ok", out JsonElement ok) ? ok : throw new InvalidOperationException(reply.GetRawText());
    }

    public Task<JsonElement> ReplyAsync(string id) =>
        FindAsync(item => item.TryGetProperty("re", out JsonElement re) && re.GetRawText() == id, $"the reply to {id}");

    public async Task<JsonElement> FindAsync(Func<JsonElement, bool> wanted, string what)
    {
        JsonElement found = default;
        await Eventually.TrueAsync(
            () =>
            {
                bool closed = _reading?.IsCompleted == true;
                found = _received.FirstOrDefault(wanted);
                return found.ValueKind != JsonValueKind.Undefined || (closed ? throw new InvalidOperationException($"Closed with {CloseCode} before {what}.") : false);
            },
            what: what);
        return found;
    }

    /// <summary>Reads until the server has closed, and returns the code.</summary>
    public async Task<int?> ClosedAsync()
    {
        await Read()._reading!.WithinAsync(what: "the close");
        return CloseCode;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _http.Dispose();
        if (_reading is not null)
        {
            await _reading.WithinAsync(what: "the end of reading");
        }
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        using var frame = new MemoryStream();
        try
        {
            while (true)
            {
                WebSocketReceiveResult part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                frame.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Take(frame.ToArray());
                    frame.SetLength(0);
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // Cut; there may be no close code then.
        }
    }

    private void Take(byte[] frame)
    {
        foreach (string line in Encoding.UTF8.GetString(frame).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _received.Enqueue(JsonDocument.Parse(line).RootElement);
        }
    }
}
