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

    private readonly SemaphoreSlim _running = new(MaxRunning);

    public async ValueTask OnEventAsync(SocketIoEvent received)
    {
        ChatSession session = _session;
        if (session.Reason is not null)
        {
            return;
        }

        if (!session.Commands.TryTake())
        {
            Answer(received, LobbyAnswers.Error(ChatError.RateLimited));
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
            Answer(received, LobbyAnswers.Error(ChatError.BadRequest.Because("There is no such event.")));
        }
        else if (!HasName)
        {
            Answer(received, LobbyAnswers.Error(ChatError.Unauthenticated.Because("Take a name first.")));
        }
        else
        {
            await StartAsync(session, command, received);
        }
    }

    // A client that does not read is not asked for more; sends begin in the order in which they came.
    private async ValueTask StartAsync(ChatSession session, LobbyCommand command, SocketIoEvent received)
    {
        try
        {
            await session.Queue.WaitForRoomAsync(session.Closed);
            await _running.WaitAsync(session.Closed);
        }
        catch (OperationCanceledException) when (session.Closed.IsCancellationRequested)
        {
            return;
        }

        _ = WatchAsync(RunAsync(session, command, received));
    }

    private async Task RunAsync(ChatSession session, LobbyCommand command, SocketIoEvent received)
    {
        session.TryBeginSend();
        try
        {
            CommandResult result = await ExecuteAsync(session, command, received);
            if (command.Command == LobbyCommandTable.Join && result.Error?.Code == ChatError.NoSuchConversation.Code)
            {
                result = await ExecuteAsync(session, LobbyCommandTable.CreateRoom, received);
            }

            Answer(received, LobbyAnswers.Of(command, result));
        }
        finally
        {
            session.EndSend();
            _running.Release();
        }
    }

    private Task<CommandResult> ExecuteAsync(ChatSession session, LobbyCommand command, SocketIoEvent received)
    {
        try
        {
            return _services.Commands.ExecuteAsync(
                session.Caller, command.Command, LobbyCommandTable.Parameters(command, received.Argument(0)));
        }
        catch (BadArgumentException bad)
        {
            return Task.FromResult<CommandResult>(ChatError.BadRequest.Because(bad.Message));
        }
    }

    private void Answer(SocketIoEvent received, byte[] value)
    {
        if (received.AckId is { } id)
        {
            _session.Queue.AddReply(SocketIoEncoder.Ack(_socket.Namespace, id, value));
        }
    }
}
