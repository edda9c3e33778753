using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>One client of the chat. This part ends: at once when the client has said so, a while later when only its connection is gone.</summary>
internal sealed partial class LobbySocket
{
    /// <summary>How long a user whose connection was lost still counts as there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void OnLeft(bool clean) => _ = LeaveAsync(clean);

    /// <summary>The client is back on another connection: this one is over, and has nothing to clean up.</summary>
    private void Supersede()
    {
        _superseded.TrySetResult();
        _socket.Drop();
    }

    private async Task LeaveAsync(bool clean)
    {
        try
        {
            _services.Online.Remove(this);
            await (clean ? _services.Recovery.ForgetAsync(_pid) : _superseded.Task.IsCompleted ? Task.CompletedTask : _services.Recovery.LostAsync(_pid));
            await StopNamingAsync();
            if (_ear is { } ear)
            {
                ear.Stop();
                _session.Close(CloseReason.Gone);
                Forget();
            }
            else
            {
                await EndSessionAsync(_session, clean);
            }

            for (int i = 0; i < MaxRunning; i++)
            {
                await _running.WaitAsync();
            }

            Dispose();
        }
#pragma warning disable CA1031 // Nobody waits for this; whatever is left ends with the node's lease.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogLeaveFailed(_services.Logger, failure);
        }
    }

    private async Task EndSessionAsync(ChatSession session, bool clean)
    {
        bool gone = clean;
        if (!clean)
        {
            // The user stays online, but hears nothing any more: what comes now is in the log.
            session.Conversations.End();
            gone = await IsGoneForGoodAsync(session);
        }

        Forget();
        try
        {
            if (gone)
            {
                await LeaveLobbyAsync(session);
            }
        }
        catch (StorageUnavailableException unavailable)
        {
            // The guest is taken out when the name is claimed again.
            LogLeaveFailed(_services.Logger, unavailable);
        }

        await _services.Registry.EndAsync(session);
    }

    // False when the client is back, or this node sends everybody elsewhere.
    private async Task<bool> IsGoneForGoodAsync(ChatSession session)
    {
        try
        {
            await _superseded.Task.WaitAsync(Patience, _services.Time, session.Closed);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Guests come and go: their places in the lobby would never be free again.
    private async Task LeaveLobbyAsync(ChatSession session)
    {
        if (session.Caller.Actor.Incarnation.Length > 0 && (await _services.Presence.SessionsAsync(session.User)).Count <= 1)
        {
            await _services.Group.LeaveAsync(session.Caller.Actor);
        }
    }

    private void Forget() => _services.Sockets.TryRemove(new KeyValuePair<string, LobbySocket>(_pid, this));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A socket's end could not be cleaned up")]
    private static partial void LogLeaveFailed(ILogger logger, Exception failure);
}
