using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>One client of the chat. This part gives it a name: from then on it hears through its user's session.</summary>
internal sealed partial class LobbySocket
{
    private readonly Lock _naming = new();
    private Task _named = Task.CompletedTask;
    private bool _left;

    private async Task SetNicknameAsync(SocketIoEvent received)
    {
        string? name = received.Argument(0) is { ValueKind: JsonValueKind.String } given && TryText(given, out string? text) ? text : null;
        if (HasName)
        {
            Answer(received.AckId, LobbyAnswers.Flag(Names.TryUser(name, out string? user) && user == _session.User));
            return;
        }

        ChatError? refused = await TakeNameAsync(() => _services.Identity.ClaimAsync(name, _socket.Address), () => Answer(received.AckId, LobbyAnswers.Flag(true)));
        if (refused is not null)
        {
            Answer(received.AckId, LobbyAnswers.Flag(false));
        }
    }

    private async Task SignInAsync(SocketIoEvent received)
    {
        ChatError? refused;
        try
        {
            var given = new CommandArguments(received.Argument(0));
            (string? name, string? password) = (given.OptionalText("name"), given.OptionalText("password"));
            refused = HasName
                ? ChatError.BadRequest.Because("This socket has a name already.")
                : await TakeNameAsync(
                    () => _services.Identity.SignInAsync(name, password, _socket.Address),
                    () => Answer(received.AckId, LobbyAnswers.Ok(System.Text.Encoding.UTF8.GetBytes($"{{\"user\":\"{_session.User}\"}}"))));
        }
        catch (BadArgumentException bad)
        {
            refused = ChatError.BadRequest.Because(bad.Message);
        }

        if (refused is not null)
        {
            Answer(received.AckId, LobbyAnswers.Error(refused));
        }
    }

    /// <summary>
    /// Takes a name. As long as it can be refused the socket goes on hearing without one. Then the ear stops, and the user's session goes on
    /// exactly where it stopped: nothing of the lobby is heard twice or not at all.
    /// </summary>
    private async Task<ChatError?> TakeNameAsync(Func<Task<Result<TokenClaims>>> prove, Action answer)
    {
        var named = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_naming)
        {
            if (_left)
            {
                return ChatError.Unavailable;
            }

            _named = named.Task;
        }

        try
        {
            Result<TokenClaims> claims = await prove();
            Result<ChatSession> opened = claims.IsOk ? await _services.Registry.OpenAsync(claims.Value, Device) : claims.Error;
            if (!opened.IsOk)
            {
                return opened.Error;
            }

            if (await _services.Group.JoinAsync(opened.Value.Caller.Actor) is { } barred)
            {
                await _services.Registry.EndAsync(opened.Value);
                return barred;
            }

            await ChangeAsync(claims.Value!, opened.Value, answer);
            return null;
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }
        finally
        {
            named.SetResult();
        }
    }

    // The client is gone: no name is taken any more, and one that is being taken has been.
    private Task StopNamingAsync()
    {
        lock (_naming)
        {
            _left = true;
            return _named;
        }
    }

    private async Task ChangeAsync(TokenClaims claims, ChatSession session, Action answer)
    {
        var next = new TaskCompletionSource<Successor?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _next, next.Task);

        // Who comes and goes from now on waits in the new queue until the old one has been written.
        (LobbyEar ear, _session, _ear) = (_ear!, session, null);
        KnownPosition heard = ear.Stop();
        Successor? successor = null;
        try
        {
            Result<LobbyPast> past = await LobbyHistory.ReadAsync(_services.Log, session.Caller.Actor);
            if (past.IsOk && ear.Session.Reason is null && await SyncAsync(claims, session, heard, past.Value.Last) is { } positions)
            {
                answer();
                session.Queue.AddReply(positions.Close(past.Value.Event));
                session.Queue.AddReply(positions.Close(LobbyHistory.Users(_services.Online, session.User)));
                session.Conversations.ReplySent();
                successor = new Successor(session, positions);
            }
        }
        finally
        {
            if (successor is null)
            {
                // The ear is gone and the name did not come: the client returns and begins again.
                _socket.Drop();
                await _services.Registry.EndAsync(session);
            }

            next.TrySetResult(successor);
        }
    }

    // Null: not now.
    private async Task<SocketPositions?> SyncAsync(TokenClaims claims, ChatSession session, KnownPosition heard, long shown)
    {
        // What the history shows is not told again, unless there was more than it shows.
        KnownPosition lobby = shown > heard.Seq && shown - heard.Seq <= LobbyHistory.Length ? heard with { Seq = shown } : heard;
        Result<Dictionary<string, KnownPosition>> begin = await BeginAsync(session, lobby);
        if (!begin.IsOk)
        {
            return null;
        }

        _record.Token = claims;
        _record.Session = session.Id;
        _record.FillBases(begin.Value);
        var positions = new SocketPositions(begin.Value, _record.AddBase(begin.Value));
        await _services.Recovery.SaveAsync(_pid, _record);
        return positions;
    }

    private static async Task<Result<Dictionary<string, KnownPosition>>> BeginAsync(ChatSession session, KnownPosition lobby)
    {
        var known = new Dictionary<string, KnownPosition> { [LobbyGroup.Id.Value] = lobby };
        Result<SyncReply> reply = await session.Conversations.SyncAsync(known);
        return !reply.IsOk ? reply.Error
            : !reply.Value.Recovered.GetValueOrDefault(LobbyGroup.Id.Value) ? ChatError.Conflict
            : reply.Value.Conversations.ToDictionary(
                summary => summary.Conversation,
                summary => known.GetValueOrDefault(summary.Conversation, new KnownPosition(summary.Epoch, summary.Last)),
                StringComparer.Ordinal);
    }

    private static bool TryText(JsonElement given, out string? text)
    {
        try
        {
            text = given.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text.
            text = null;
            return false;
        }
    }
}
