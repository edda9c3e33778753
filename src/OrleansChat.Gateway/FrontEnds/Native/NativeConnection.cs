using System.Buffers;
using System.Net.WebSockets;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.Native;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>One native connection: a loop that reads commands and a loop that writes the session's queue.</summary>
internal sealed partial class NativeConnection(NativeDoor door, WebSocket socket) : IDisposable
{
    private const int WriteBatch = 32 * 1024;
    private const int FirstBuffer = 4096;

    /// <summary>Commands other than sends that one session may have running; their replies may be large.</summary>
    private const int MaxRunning = 16;

    private static readonly TimeSpan SignInPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a client that is being closed gets to read what is on its way and the reason.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _running = new(MaxRunning);
    private byte[] _buffer = [];
    private int _length;

    public async Task RunAsync(string? token, string device)
    {
        using OpenConnection counted = ChatMetrics.Connected("native");
        ChatSession? session = null;
        try
        {
            (session, CloseReason reason, ReadOnlyMemory<byte> rest) = await SignInAsync(token, device);
            if (session is null)
            {
                await CloseAsync(reason);
                return;
            }

            Task writing = WriteAsync(session);
            await ReadAsync(session, rest);
            await writing;
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            // The connection broke: what the client missed is in the log.
        }
        finally
        {
            Return();
            if (session is not null)
            {
                await door.Sessions.EndAsync(session);
                await FinishAsync();
            }
        }
    }

    public void Dispose() => _running.Dispose();

    /// <summary>Signs in by the token that came with the request, or by a first command <c>auth</c>.</summary>
    private async Task<(ChatSession? Session, CloseReason Reason, ReadOnlyMemory<byte> Pending)> SignInAsync(string? token, string device)
    {
        string? re = null;
        ReadOnlyMemory<byte> frame = default;
        if (token is null)
        {
            Task<CloseReason?> first = ReceiveAsync();
            try
            {
                if (await first.WaitAsync(SignInPatience, door.Time) is { } refused)
                {
                    return (null, refused, default);
                }
            }
            catch (TimeoutException) when (!first.IsCompleted)
            {
                try
                {
                    await CloseAsync(CloseReason.BadToken);
                }
                finally
                {
                    // It still holds the buffer.
                    await first;
                }

                return (null, CloseReason.BadToken, default);
            }

            // The frame outlives the buffer: what stands after the first line is read once the session is open.
            frame = _buffer.AsMemory(0, _length).ToArray();
            if (!NativeLine.TryRead(NativeLine.NextLine(ref frame), out NativeLine? line, out re))
            {
                return (null, CloseReason.ProtocolError, default);
            }

            using (line)
            {
                token = line.Command == "auth" ? GivenToken(line) : null;
                if (token is null)
                {
                    return (null, CloseReason.BadToken, default);
                }
            }
        }

        (ChatSession? session, CloseReason reason) = await door.OpenAsync(token, device);
        if (session is not null)
        {
            session.Queue.AddReply(ChatEvents.Hello(session, door.Options.Limits).Json);
            if (re is not null)
            {
                session.Queue.AddReply(NativeReplies.Ok(re, "{}"u8));
            }
        }

        return (session, reason, frame);
    }

    private static string? GivenToken(NativeLine line)
    {
        try
        {
            return new CommandArguments(line.Parameters).OptionalText("token");
        }
        catch (BadArgumentException)
        {
            return null;
        }
    }

    private async Task ReadAsync(ChatSession session, ReadOnlyMemory<byte> rest)
    {
        try
        {
            await DispatchAsync(session, rest);
            while (session.Reason is null)
            {
                // A client that does not read its replies is not asked for more commands.
                await session.Queue.WaitForRoomAsync(session.Closed);
                if (await ReceiveAsync() is { } refused)
                {
                    session.Close(refused);
                    return;
                }

                if (session.Reason is not null)
                {
                    // The client goes elsewhere, and sends this again there.
                    return;
                }

                await DispatchAsync(session, _buffer.AsMemory(0, _length));
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            session.Close(CloseReason.Gone);
        }
    }

    /// <summary>
    /// Receives one whole frame into the buffer. The answer is a reason to close, or null. Never cancelled: that would cut the connection
    /// before the client has read why it ends. It ends with the close handshake, or when the socket is cut.
    /// </summary>
    private async Task<CloseReason?> ReceiveAsync()
    {
        // Nothing is rented while nothing comes: idle connections hold no buffer.
        Return();
        await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        _length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(_buffer.AsMemory(_length), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return CloseReason.Gone;
            }

            if (received.MessageType == WebSocketMessageType.Binary)
            {
                return CloseReason.ProtocolError;
            }

            _length += received.Count;
            if (_length > door.Options.Limits.Frame)
            {
                return CloseReason.TooLarge;
            }

            if (received.EndOfMessage)
            {
                return null;
            }

            if (_length == _buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }
        }
    }

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private async Task WriteAsync(ChatSession session)
    {
        // A blocked socket must not keep a closed session: its last write gets a little while, then the connection is cut.
        using CancellationTokenRegistration closing = session.Closed.UnsafeRegister(static state => ((NativeConnection)state!).CutLater(), this);
        try
        {
            var items = new List<OutboundItem>();
            while (await session.Queue.WaitAsync())
            {
                items.Clear();
                session.Queue.Take(items, WriteBatch);

                // None, when the session was closed in between and what waited was dropped.
                if (items.Count > 0)
                {
                    await SendAsync(items);
                }
            }

            if (session.Reason is { } reason && reason != CloseReason.Gone)
            {
                await SendAsync([new OutboundItem(ChatEvents.Bye(reason, session.ReturnAfter), default)]);
                await CloseAsync(reason);
            }
            else if (socket.State is WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            session.Close(CloseReason.Gone);

            // What waits for the client to send something has nothing to wait for any more.
            socket.Abort();
        }
    }

    private async Task SendAsync(List<OutboundItem> items)
    {
        if (items.Count == 1)
        {
            await socket.SendAsync(Bytes(items[0]), WebSocketMessageType.Text, true, CancellationToken.None);
            return;
        }

        int length = items.Sum(item => item.Length + 1);
        byte[] frame = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int n = 0;
            foreach (OutboundItem item in items)
            {
                ReadOnlyMemory<byte> bytes = Bytes(item);
                bytes.CopyTo(frame.AsMemory(n));
                n += bytes.Length;
                frame[n++] = (byte)'\n';
            }

            await socket.SendAsync(frame.AsMemory(0, n - 1), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static ReadOnlyMemory<byte> Bytes(OutboundItem item) => item.Event is { } chatEvent ? chatEvent.Json : item.Bytes;

    private void CutLater() => _ = CutLaterAsync();

    private async Task CutLaterAsync()
    {
        await Task.Delay(ClosePatience, door.Time);
        socket.Abort();
    }

    private async Task CloseAsync(CloseReason reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        if (reason == CloseReason.Gone)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            return;
        }

        using var patience = new CancellationTokenSource(ClosePatience, door.Time);
        await socket.CloseAsync((WebSocketCloseStatus)reason.Code, reason.Name, patience.Token);
    }
}
