using System.Runtime.CompilerServices;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.Native;
using OrleansChat.Protocols.WebSockets;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>One native connection: a loop that reads commands and a loop that writes the session's queue.</summary>
internal sealed partial class NativeConnection(NativeDoor door, NativeSocket socket) : IDisposable
{
    private const int WriteBatch = 32 * 1024;

    /// <summary>Room for so many items is kept from one write to the next.</summary>
    private const int KeptItems = 16;

    /// <summary>Commands other than sends that one session may have running; their replies may be large.</summary>
    private const int MaxRunning = 16;

    private static readonly TimeSpan SignInPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a client that is being closed gets to read what is on its way and the reason.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _running = new(MaxRunning);

    public async Task RunAsync(string? token, string device)
    {
        using OpenConnection counted = ChatMetrics.Connected("native");
        ChatSession? session = null;
        try
        {
            (session, CloseReason reason, ReadOnlyMemory<byte> rest) = await SignInAsync(token, device);
            token = null;
            if (session is null)
            {
                await CloseAsync(reason);
                return;
            }

            socket.Asked = () => session.Queue.AddReply(default);
            Task writing = WriteAsync(session);
            await ReadAsync(session, rest);
            await writing;
            await socket.UntilClosedAsync();
        }
        catch (Exception gone) when (NativeSocket.IsGone(gone))
        {
            // The connection broke: what the client missed is in the log.
        }
        finally
        {
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
            Task<CloseReason?> first = ReceiveAsync().AsTask();
            try
            {
                if (await first.WaitAsync(SignInPatience, door.Time) is { } refused)
                {
                    return (null, refused, default);
                }
            }
            catch (TimeoutException) when (!first.IsCompleted)
            {
                // Still under way, it has what answers the close.
                using CancellationTokenSource patience = CutAfterPatience();
                await SendCloseAsync(CloseReason.BadToken);
                await first;
                return (null, CloseReason.Gone, default);
            }

            // The frame outlives the buffer: what stands after the first line is read once the session is open.
            frame = socket.Lines.ToArray();
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
            rest = default;
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

                await DispatchAsync(session, socket.Lines);
            }
        }
        catch (Exception gone) when (NativeSocket.IsGone(gone))
        {
            session.Close(CloseReason.Gone);
        }
    }

    /// <summary>Receives commands. The answer is a reason to close, or null.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CloseReason?> ReceiveAsync() =>
        await socket.ReceiveAsync() ? null
        : socket.Fault switch
        {
            WebSocketFault.TooLarge => CloseReason.TooLarge,
            WebSocketFault.NotText => CloseReason.ProtocolError,
            _ => CloseReason.Gone,
        };

    private async Task WriteAsync(ChatSession session)
    {
        // A blocked socket must not keep a closed session: its last write gets a little while, then the connection is cut.
        using CancellationTokenRegistration closing = session.Closed.UnsafeRegister(static state => ((NativeConnection)state!).CutLater(), this);
        try
        {
            var items = new List<OutboundItem>();
            while (await session.Queue.WaitAsync())
            {
                session.Queue.Take(items, WriteBatch);

                // None, when the session was closed in between and what waited was dropped.
                if (items.Count > 0 && (await socket.SendAsync(items)).IsCompleted)
                {
                    session.Close(CloseReason.Gone);
                }

                // Who has nothing to write keeps nothing of what was written, nor room for much.
                items.Clear();
                if (items.Capacity > KeptItems)
                {
                    items.Capacity = KeptItems;
                }
            }

            if (session.Reason is { } reason && reason != CloseReason.Gone)
            {
                items.Add(new OutboundItem(ChatEvents.Bye(reason, session.ReturnAfter), default));
                await socket.SendAsync(items);
            }

            await SendCloseAsync(session.Reason ?? CloseReason.Gone);
        }
        catch (Exception gone) when (NativeSocket.IsGone(gone) || gone is ObjectDisposedException)
        {
            session.Close(CloseReason.Gone);

            // What waits for the client to send something has nothing to wait for any more.
            socket.Abort();
        }
    }

    private void CutLater() => _ = CutLaterAsync();

    private async Task CutLaterAsync()
    {
        await Task.Delay(ClosePatience, door.Time);
        socket.Abort();
    }

    /// <summary>Ends a connection that has no session.</summary>
    private async Task CloseAsync(CloseReason reason)
    {
        using CancellationTokenSource patience = CutAfterPatience();
        await SendCloseAsync(reason);
        await socket.UntilClosedAsync();
    }

    private CancellationTokenSource CutAfterPatience()
    {
        CancellationTokenSource patience = new(ClosePatience, door.Time);
        patience.Token.UnsafeRegister(static state => ((NativeSocket)state!).Abort(), socket);
        return patience;
    }

    private async ValueTask SendCloseAsync(CloseReason reason)
    {
        (int code, string name) = socket.Fault switch
        {
            WebSocketFault.Protocol => (WebSocketCloseCode.Protocol, string.Empty),
            WebSocketFault.NotUtf8 => (WebSocketCloseCode.NotUtf8, string.Empty),
            _ => (reason.Code, reason == CloseReason.Gone ? string.Empty : reason.Name),
        };
        await socket.SendCloseAsync(code, name);
    }
}
