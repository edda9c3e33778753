using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>One connection to the hub: runs its commands and writes its session's queue.</summary>
internal sealed class HubClient(HubDoor door, ChatSession session, HubConnectionContext connection) : IDisposable
{
    private const int WriteBatch = 32 * 1024;

    /// <summary>Commands other than sends that one session may have running; their answers may be large.</summary>
    private const int MaxRunning = 16;

    /// <summary>How long a client that is being closed gets to leave by itself.</summary>
    public static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>When the answer to a sync was not written, because the client wants none, what follows it comes after this.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Between the answer to a sync and what follows it. A JavaScript client hands over the events of a chunk before it resolves the answers in it:
    /// both must not be in one.
    /// </summary>
    private static readonly TimeSpan AnswerPause = TimeSpan.FromMilliseconds(50);

    private static readonly JsonElement NoParameters = JsonElement.Parse("{}");

    private readonly OpenConnection _counted = ChatMetrics.Connected("signalr");
    private readonly SemaphoreSlim _running = new(MaxRunning);
    private Task _writing = Task.CompletedTask;

    public void Begin()
    {
        if (connection.Protocol is HubProtocol protocol)
        {
            protocol.Sends = new HubSends(door.Commands, session);
        }

        session.Deliver(ChatEvents.Hello(session, door.Options.Limits));
        _writing = WriteAsync();
    }

    public async Task EndAsync()
    {
        session.Close(CloseReason.Gone);
        await _writing;
        await door.Sessions.EndAsync(session);

        // Each command ends within its deadline.
        for (int i = 0; i < MaxRunning; i++)
        {
            await _running.WaitAsync();
        }
    }

    public void Dispose()
    {
        _running.Dispose();
        _counted.Dispose();
    }

    /// <exception cref="HubException">The refusal, by its name.</exception>
    public async Task<HubAnswer> RunAsync(string command, JsonElement parameters)
    {
        if (!session.Commands.TryTake())
        {
            throw HubAnswer.Refusal(ChatError.RateLimited);
        }

        JsonElement arguments = parameters.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? NoParameters : HubParameters.Check(parameters);
        CommandResult result = command == "send" ? await SendAsync(arguments) : await OtherAsync(command, arguments);
        return result.Error is { } error ? throw HubAnswer.Refusal(error)
            : command == "sync" ? Synced(result)
            : new HubAnswer(result.Ok);
    }

    private async Task<CommandResult> SendAsync(JsonElement arguments)
    {
        if (!session.TryBeginSend())
        {
            return ChatSession.TooManySends;
        }

        try
        {
            return await door.Commands.ExecuteAsync(session.Caller, "send", arguments);
        }
        finally
        {
            session.EndSend();
        }
    }

    private async Task<CommandResult> OtherAsync(string command, JsonElement arguments)
    {
        try
        {
            await _running.WaitAsync(session.Closed);
        }
        catch (OperationCanceledException)
        {
            return ChatError.Unavailable;
        }

        try
        {
            return await door.Commands.ExecuteAsync(session.Caller, command, arguments);
        }
        finally
        {
            _running.Release();
        }
    }

    private HubAnswer Synced(CommandResult result)
    {
        _ = ReplyAfterAsync(AnswerPatience);
        return new HubAnswer(result.Ok, () => _ = ReplyAfterAsync(AnswerPause));
    }

    private async Task ReplyAfterAsync(TimeSpan pause)
    {
        await Task.Delay(pause, door.Time);
        session.Conversations.ReplySent();
    }

    private async Task WriteAsync()
    {
        await using CancellationTokenRegistration closing = session.Closed.UnsafeRegister(static state => ((HubClient)state!).CutLater(), this);
        try
        {
            var items = new List<OutboundItem>();
            while (await session.Queue.WaitAsync())
            {
                session.Queue.Take(items, WriteBatch);
                await HubEvents.WriteAsync(connection, items);
                items.Clear();
            }

            if (session.Reason is { } reason && reason != CloseReason.Gone)
            {
                await CloseAsync(reason);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            session.Close(CloseReason.Gone);
        }
    }

    private async Task CloseAsync(CloseReason reason)
    {
        await connection.WriteAsync(HubEvents.Encode(ChatEvents.Bye(reason, session.ReturnAfter)), connection.ConnectionAborted);
        await connection.WriteAsync(new CloseMessage(reason.Name, reason.Reconnect), connection.ConnectionAborted);
        await Task.Delay(ClosePatience, door.Time, connection.ConnectionAborted);
        connection.Abort();
    }

    // A client that does not read blocks the last write too.
    private void CutLater() => _ = CutLaterAsync();

    private async Task CutLaterAsync()
    {
        await Task.Delay(ClosePatience * 2, door.Time);
        connection.Abort();
    }
}
