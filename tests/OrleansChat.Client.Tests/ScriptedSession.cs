using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace OrleansChat.Client.Tests;

/// <summary>The server's side of one connection.</summary>
internal sealed class ScriptedSession
{
    private readonly WebSocket _socket;
    private readonly HttpContext _context;
    private readonly Channel<JsonElement> _commands = Channel.CreateUnbounded<JsonElement>();

    public ScriptedSession(WebSocket socket, HttpContext context)
    {
        _socket = socket;
        _context = context;
        Authorization = context.Request.Headers.Authorization.ToString();
        Query = context.Request.QueryString.ToString();
        _ = Task.Run(ReadAsync);
    }

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Authorization { get; }

    public string Query { get; }

    /// <summary>The close code that the client sent.</summary>
    public int? ClientClose { get; private set; }

    public async Task HelloAsync(string user = "alice")
        => await SendAsync($$$"""{"ev":"hello","user":"{{{user}}}","session":"s","node":"n","limits":{"text":8192}}""");

    /// <summary>The next command, which has to be the one named.</summary>
    public async Task<JsonElement> ExpectAsync(string command)
    {
        var received = await _commands.Reader.ReadAsync().Soon();
        Assert.Equal(command, received.GetProperty("do").GetString());
        return received;
    }

    /// <summary>The next command, whatever it is; null at the end.</summary>
    public async Task<JsonElement?> NextAsync()
        => await _commands.Reader.WaitToReadAsync() && _commands.Reader.TryRead(out var command) ? command : null;

    public async Task<JsonElement> AnswerSyncAsync(string summaries = "", string recovered = "")
    {
        var sync = await ExpectAsync("sync");
        await OkAsync(sync, $$$"""{"conversations":[{{{summaries}}}],"recovered":{{{{recovered}}}}}""");
        return sync.GetProperty("positions");
    }

    /// <summary>Expects a send and stores it under a number; the echo is up to the test.</summary>
    public async Task<JsonElement> AckSendAsync(long seq, string conversation = "dm:alice:bob")
    {
        var send = await ExpectAsync("send");
        await AckAsync(send, seq, conversation);
        return send;
    }

    public Task AckAsync(JsonElement send, long seq, string conversation = "dm:alice:bob")
        => OkAsync(send, $$"""{"conversation":"{{conversation}}","epoch":"e","seq":{{seq}},"at":1}""");

    public Task OkAsync(JsonElement command, string ok) => SendAsync($$"""{"re":{{command.GetProperty("id")}},"ok":{{ok}} }""");

    public Task ErrorAsync(JsonElement command, int code, string name, bool retry = false)
        => SendAsync($$$"""{"re":{{{command.GetProperty("id")}}},"error":{"code":{{{code}}},"name":"{{{name}}}","message":"no","retry":{{{(retry ? "true" : "false")}}}}}""");

    public async Task MessagesAsync(string conversation, params long[] numbers)
    {
        foreach (var seq in numbers)
        {
            await SendAsync(Message(conversation, seq));
        }
    }

    public static string Message(string conversation, long seq)
        => $$$"""{"ev":"message","message":{"conversation":"{{{conversation}}}","seq":{{{seq}}},"from":"bob","at":5,"kind":"text","text":"m{{{seq}}}"}}""";

    public static string Summary(string conversation, long last, string epoch = "e")
        => $$"""{"conversation":"{{conversation}}","kind":"direct","epoch":"{{epoch}}","last":{{last}},"read":0,"unread":{{last}},"peer":"bob"}""";

    public Task SendAsync(string frame)
        => _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, default).Soon();

    public async Task CloseAsync(int code)
    {
        await _socket.CloseOutputAsync((WebSocketCloseStatus)code, "test", default).Soon();
        await Ended.Task.Soon();
    }

    /// <summary>Breaks the connection without a close frame.</summary>
    public void Abort()
    {
        if (!Ended.Task.IsCompleted)
        {
            _context.Abort();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                var filled = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(filled), default);
                    filled += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    ClientClose = (int?)_socket.CloseStatus;
                    if (_socket.State == WebSocketState.CloseReceived)
                    {
                        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    }

                    return;
                }

                foreach (var line in Encoding.UTF8.GetString(buffer, 0, filled).Split('\n'))
                {
                    _commands.Writer.TryWrite(JsonElement.Parse(line));
                }
            }
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The other side is gone; the test sees it by what it waits for.
        }
        finally
        {
            _commands.Writer.TryComplete();
            Ended.TrySetResult();
        }
    }
}
