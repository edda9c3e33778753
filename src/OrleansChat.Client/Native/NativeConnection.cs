using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace OrleansChat.Client;

/// <summary>One WebSocket to the native door: commands with their replies, events as they come, the close code. It neither reconnects nor repairs.</summary>
public sealed class NativeConnection : IChatCalls, IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly NativeWriter _writer;
    private readonly PendingReplies _pending = new();
    private readonly Channel<NativeObject> _events;
    private readonly Func<NativeObject, ValueTask> _onObject;
    private readonly TaskCompletionSource<Hello> _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _writing;

    private NativeConnection(ClientWebSocket socket, NativeConnectionOptions options, Action<NativeObject>? sink)
    {
        _socket = socket;
        _writer = new NativeWriter(socket);
        _events = Channel.CreateBounded<NativeObject>(new BoundedChannelOptions(options.EventCapacity) { SingleWriter = true });
        _onObject = sink is null ? obj => _events.Writer.WriteAsync(obj) : obj => { sink(obj); return default; };
        _writing = _writer.RunAsync();
        Closed = RunAsync(new NativeReader(socket, options.MaxFrame, ReceiveAsync));
    }

    /// <summary>What the server sent and no command waits for: events, errors without a command, replies to ids of raw frames. Completes at the end.</summary>
    public ChannelReader<NativeObject> Events => _events.Reader;

    /// <summary>The session's hello; fails if the connection ends before it.</summary>
    public Task<Hello> Hello => _hello.Task;

    /// <summary>Completes, never fails, when the connection has ended.</summary>
    public Task<NativeClose> Closed { get; }

    /// <summary>The sub-protocol that the server agreed to.</summary>
    public string? SubProtocol => _socket.SubProtocol;

    /// <summary>Connects and, if there is a token, waits for the hello.</summary>
    /// <param name="address">The node: <c>http://host:8080</c> or <c>ws://host:8080/ws</c>.</param>
    /// <param name="options">The token and the rest.</param>
    /// <param name="cancel">Gives up connecting.</param>
    /// <exception cref="ChatClosedException">The server closed instead of saying hello, or refused the token.</exception>
    /// <exception cref="WebSocketException">The node cannot be reached.</exception>
    public static Task<NativeConnection> ConnectAsync(Uri address, NativeConnectionOptions? options = null, CancellationToken cancel = default)
        => ConnectAsync(address, options ?? new(), sink: null, cancel);

    internal static async Task<NativeConnection> ConnectAsync(
        Uri address, NativeConnectionOptions options, Action<NativeObject>? sink, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = NativeAddress.NewSocket(options);
        try
        {
            await socket.ConnectAsync(NativeAddress.Door(address, options), cancel).ConfigureAwait(false);
        }
        catch (WebSocketException refused) when (socket.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            var code = socket.HttpStatusCode == HttpStatusCode.Unauthorized ? NativeClose.BadToken : NativeClose.Banned;
            socket.Dispose();
            throw new ChatClosedException(new NativeClose(code, refused.Message, refused));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new NativeConnection(socket, options, sink);
        try
        {
            await connection.AuthenticateAsync(options, cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<NativeReply> CallAsync(string command, Action<Utf8JsonWriter>? parameters, CancellationToken cancel = default)
    {
        var reply = await AskAsync(command, parameters, cancel).ConfigureAwait(false);
        reply.ThrowIfError();
        return reply;
    }

    /// <summary>Sends a command with the properties of any object, for example an anonymous one, and returns the value of <c>ok</c>.</summary>
    /// <exception cref="ChatException">The server refused, or the connection ended.</exception>
    public async Task<JsonElement> CallAsync(string command, object? parameters = null, CancellationToken cancel = default)
        => (await CallAsync(command, CommandEncoder.PropertiesOf(parameters), cancel).ConfigureAwait(false)).Ok();

    /// <summary>Sends a command and returns the reply, whether it is <c>ok</c> or an error.</summary>
    public async Task<NativeReply> AskAsync(string command, Action<Utf8JsonWriter>? parameters = null, CancellationToken cancel = default)
    {
        var reply = new TaskCompletionSource<NativeReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Post(command, parameters, answer => reply.TrySetResult(answer));
        await using (cancel.UnsafeRegister(_ => { _pending.Forget(id); reply.TrySetCanceled(cancel); }, null).ConfigureAwait(false))
        {
            return await reply.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Sends a message on this connection only: nothing resends it.</summary>
    /// <exception cref="ChatException">The server refused, or the connection ended.</exception>
    public async Task<SendAck> SendAsync(OutgoingMessage message, CancellationToken cancel = default)
        => (await CallAsync("send", writer => SendCommand.Write(writer, message), cancel).ConfigureAwait(false)).Ok(ChatJson.Default.SendAck);

    /// <summary>Sends a frame as it is: several commands, malformed JSON, a binary frame.</summary>
    public void SendRaw(ReadOnlyMemory<byte> frame, WebSocketMessageType type = WebSocketMessageType.Text) => _writer.Post(frame, type);

    /// <summary>Waits for the reply to an id of a raw frame; call it before sending the frame, with ids far above the connection's own (1, 2, 3 ...).</summary>
    public Task<NativeReply> ReplyTo(long id)
    {
        var reply = new TaskCompletionSource<NativeReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending.Add(id, reply.SetResult);
        return reply.Task;
    }

    /// <summary>Sends a command whose reply is handed over on the reading thread, before anything that the server sent later.</summary>
    internal long Post(string command, Action<Utf8JsonWriter>? parameters, Action<NativeReply> onReply)
    {
        var id = _pending.NextId();
        var frame = CommandEncoder.Encode(id, command, parameters);
        _pending.Add(id, onReply);
        _writer.Post(frame);
        return id;
    }

    /// <summary>Closes in good order: sends a close frame and waits for the server's.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, CancellationToken cancel = default)
    {
        _writer.Complete();
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        if (_socket.State == WebSocketState.Open)
        {
            await _socket.CloseOutputAsync(status, null, cancel).ConfigureAwait(false);
        }

        await Closed.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Breaks the connection without a close frame, as a lost network would.</summary>
    public void Abort() => _socket.Abort();

    /// <summary>Closes, waiting at most two seconds for the server.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await CloseAsync(cancel: patience.Token).ConfigureAwait(false);
        }
        catch (Exception late) when (late is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            _socket.Abort();
        }

        _events.Writer.TryComplete();
        await Closed.ConfigureAwait(false);
        _socket.Dispose();
    }

    private async Task AuthenticateAsync(NativeConnectionOptions options, CancellationToken cancel)
    {
        if (options.Token is null)
        {
            return;
        }

        if (options.TokenPlace == TokenPlace.Command)
        {
            Post("auth", writer => writer.WriteString("token", options.Token), _ => { });
        }

        await _hello.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task<NativeClose> RunAsync(NativeReader reader)
    {
        var close = await reader.RunAsync().ConfigureAwait(false);
        _writer.Complete();
        await AnswerCloseAsync().ConfigureAwait(false);
        _hello.TrySetException(new ChatClosedException(close));
        _ = _hello.Task.Exception;
        _events.Writer.TryComplete();
        _pending.Close(close);
        return close;
    }

    private async Task AnswerCloseAsync()
    {
        try
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                await _writing.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                await _socket.CloseOutputAsync(_socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, default).ConfigureAwait(false);
            }
            else
            {
                _socket.Abort();
            }
        }
        catch (Exception gone) when (gone is WebSocketException or TimeoutException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            _socket.Abort();
        }
    }

    private ValueTask ReceiveAsync(NativeObject obj)
    {
        if (obj.ReplyTo is { } id && _pending.TryComplete(id, obj))
        {
            return default;
        }

        if (obj.Event == "hello" && !_hello.Task.IsCompleted)
        {
            _hello.TrySetResult(JsonSerializer.Deserialize(obj.Utf8.Span, ChatJson.Default.Hello)!);
        }

        return _onObject(obj);
    }
}
