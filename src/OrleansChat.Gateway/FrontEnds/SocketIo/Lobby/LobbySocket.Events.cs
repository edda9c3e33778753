using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>One client of the chat. This part carries out what the client sends.</summary>
internal sealed partial class LobbySocket
{
    /// <summary>Commands that one client may have running; beyond that nothing more is read from it.</summary>
    private const int MaxRunning = 64;

    private static readonly ChatError Nameless = ChatError.Unauthenticated.Because("Take a name first.");

    private readonly SemaphoreSlim _running = new(MaxRunning);
    private SendGatherer<(LobbySend Send, long? AckId)>? _sends;

    public async ValueTask OnEventAsync(SocketIoEvent received)
    {
        ChatSession session = _session;
        if (session.Reason is not null)
        {
            return;
        }

        if (!LobbyCommandTable.Sends.TryGetValue(received.Name, out LobbySend? send))
        {
            // What came before it begins before it.
            OnTogether();
        }

        if (!session.Commands.TryTake())
        {
            Answer(received.AckId, LobbyAnswers.Error(ChatError.RateLimited));
        }
        else if (send is not null)
        {
            await SendAsync(session, send, received);
        }
        else if (received.Name == "set-nickname")
        {
            await SetNicknameAsync(received);
        }
        else if (received.Name == "sign-in")
        {
            await SignInAsync(received);
        }
        else if (!LobbyCommandTable.Commands.TryGetValue(received.Name, out LobbyCommand? command))
        {
            Answer(received.AckId, LobbyAnswers.Error(ChatError.BadRequest.Because("There is no such event.")));
        }
        else if (!HasName)
        {
            Answer(received.AckId, LobbyAnswers.Error(Nameless));
        }
        else
        {
            if (await TryBeginAsync(session))
            {
                // The command runs on when the event has been taken.
                _ = WatchAsync(RunAsync(session, command, LobbyCommandTable.Given(received).Clone(), received.AckId));
            }
        }
    }

    /// <summary>Starts the sends that came together.</summary>
    public void OnTogether() => _sends?.Start();

    private async ValueTask SendAsync(ChatSession session, LobbySend send, SocketIoEvent received)
    {
        if (!HasName)
        {
            Answer(received.AckId, LobbyAnswers.Error(Nameless));
            return;
        }

        Result<OutgoingMessage> message = _services.Commands.ReadSend(session.Caller, LobbyCommandTable.Given(received), send.Read);
        if (!message.IsOk)
        {
            Answer(received.AckId, LobbyAnswers.Of(message.Error));
        }
        else if (await TryBeginAsync(session))
        {
            _sends ??= new SendGatherer<(LobbySend Send, long? AckId)>(
                _services.Commands, session, count => End(session, count), (sent, result) => Answer(sent.AckId, sent.Send, result));
            _sends.Add((send, received.AckId), message.Value);
        }
    }

    // A client that does not read is not asked for more; what came before does not wait with what has to wait.
    private async ValueTask<bool> TryBeginAsync(ChatSession session)
    {
        if (!session.Queue.IsRoomy || !_running.Wait(0, CancellationToken.None))
        {
            OnTogether();
            try
            {
                await session.Queue.WaitForRoomAsync(session.Closed);
                await _running.WaitAsync(session.Closed);
            }
            catch (OperationCanceledException) when (session.Closed.IsCancellationRequested)
            {
                return false;
            }
        }

        session.BeginSend();
        return true;
    }

    private void End(ChatSession session, int count)
    {
        session.EndSends(count);
        _running.Release(count);
    }

    private async Task RunAsync(ChatSession session, LobbyCommand command, JsonElement given, long? ackId)
    {
        try
        {
            CommandResult result = await ExecuteAsync(session, command, given);
            if (command.Command == LobbyCommandTable.Join && result.Error?.Code == ChatError.NoSuchConversation.Code)
            {
                result = await ExecuteAsync(session, LobbyCommandTable.CreateRoom, given);
            }

            Answer(ackId, LobbyAnswers.Of(result));
        }
        finally
        {
            End(session, 1);
        }
    }

    private Task<CommandResult> ExecuteAsync(ChatSession session, LobbyCommand command, JsonElement given)
    {
        try
        {
            return _services.Commands.ExecuteAsync(session.Caller, command.Command, LobbyCommandTable.Parameters(command, given));
        }
        catch (BadArgumentException bad)
        {
            return Task.FromResult<CommandResult>(ChatError.BadRequest.Because(bad.Message));
        }
    }

    private void Answer(long? ackId, LobbySend send, CommandResult result)
    {
        if (ackId is not { } id)
        {
            return;
        }

        _session.Queue.AddReply(
            result.Error is not null || send.IsNumbered
                ? SocketIoEncoder.Ack(_socket.Namespace, id, LobbyAnswers.Of(send, result))
                : SocketIoEncoder.Ack(_socket.Namespace, id, LobbyAnswers.BeforeOk, result.Ok.Span, LobbyAnswers.AfterOk));
    }

    private void Answer(long? ackId, byte[] value)
    {
        if (ackId is { } id)
        {
            _session.Queue.AddReply(SocketIoEncoder.Ack(_socket.Namespace, id, value));
        }
    }
}
