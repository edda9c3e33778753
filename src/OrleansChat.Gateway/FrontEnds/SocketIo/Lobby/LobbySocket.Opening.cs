using OrleansChat.Conversations;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>One client of the chat. This part begins: anew without a name, or where an earlier connection ended.</summary>
internal sealed partial class LobbySocket
{
    private const string Device = "Socket.IO";

    /// <summary>Begins anew.</summary>
    /// <exception cref="StorageUnavailableException">Not now.</exception>
    public static async Task<Result<LobbySocket>> OpenAsync(LobbyServices services, SocketIoSocket socket)
    {
        Result<LobbyEar> ear = await LobbyEar.OpenAsync(services.Sessions, null);
        return ear.IsOk ? await OpenDeafAsync(services, socket, Ids.NewUnguessable(), new SocketRecord(), ear.Value) : ear.Error;
    }

    /// <summary>
    /// Goes on where an earlier connection ended. Refused when something was missed that cannot be told any more, or when somebody else has
    /// the name; then the client begins anew, and its name is free for it.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Not now.</exception>
    public static async Task<Result<LobbySocket>> ReturnAsync(LobbyServices services, SocketIoSocket socket, ReturningSocket returning)
    {
        string previous = returning.Record.Session;
        Result<LobbySocket> returned = returning.Record.Token is null
            ? await ReturnNamelessAsync(services, socket, returning)
            : await ReturnNamedAsync(services, socket, returning);
        if (returned.Error is not { Retry: true } && previous.Length > 0)
        {
            // Its node may have died: nobody else would end the session before the lease does.
            string user = returning.Record.Token!.User;
            await services.Presence.CloseAsync(user, previous);
        }

        return returned;
    }

    private static async Task<Result<LobbySocket>> ReturnNamelessAsync(LobbyServices services, SocketIoSocket socket, ReturningSocket returning)
    {
        if (!returning.Positions.TryGetValue(LobbyGroup.Id.Value, out KnownPosition from))
        {
            return ChatError.Conflict;
        }

        Result<LobbyEar> ear = await LobbyEar.OpenAsync(services.Sessions, from);
        return ear.IsOk ? await OpenDeafAsync(services, socket, returning.Pid, returning.Record, ear.Value) : ear.Error;
    }

    private static async Task<Result<LobbySocket>> OpenDeafAsync(
        LobbyServices services, SocketIoSocket socket, string pid, SocketRecord record, LobbyEar ear)
    {
        var begin = new Dictionary<string, KnownPosition> { [LobbyGroup.Id.Value] = ear.Position };
        var positions = new SocketPositions(begin, record.AddBase(begin));
        try
        {
            await services.Recovery.SaveAsync(pid, record);
        }
        catch (StorageUnavailableException)
        {
            ear.Stop();
            throw;
        }

        Supersede(services, pid);
        var opened = new LobbySocket(services, socket, pid, record, positions, ear.Session, ear);
        opened.Begin();
        return opened;
    }

    private static async Task<Result<LobbySocket>> ReturnNamedAsync(LobbyServices services, SocketIoSocket socket, ReturningSocket returning)
    {
        SocketRecord record = returning.Record;
        Result<ChatSession> opened = await services.Registry.OpenAsync(record.Token!, Device);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        ChatSession session = opened.Value;
        try
        {
            // A guest who was away for longer than the others were told has been taken out.
            ChatError? refused = await services.Group.JoinAsync(session.Caller.Actor);
            Result<Dictionary<string, KnownPosition>> resumed = refused is null ? await ResumeAsync(services, session, returning.Positions) : refused;
            if (!resumed.IsOk)
            {
                await services.Registry.EndAsync(session);
                return resumed.Error;
            }

            record.Session = session.Id;
            var positions = new SocketPositions(resumed.Value, record.AddBase(resumed.Value));
            await services.Recovery.SaveAsync(returning.Pid, record);
            Supersede(services, returning.Pid);
            var back = new LobbySocket(services, socket, returning.Pid, record, positions, session, null);
            back.Begin();
            return back;
        }
        catch (StorageUnavailableException)
        {
            await services.Registry.EndAsync(session);
            throw;
        }
    }

    /// <summary>Finds everything of the session's conversations that the client has missed. The answer is where each of them goes on.</summary>
    private static async Task<Result<Dictionary<string, KnownPosition>>> ResumeAsync(
        LobbyServices services, ChatSession session, Dictionary<string, KnownPosition> known)
    {
        var positions = new Dictionary<string, KnownPosition>(known, StringComparer.Ordinal);
        foreach (string conversation in (await services.Directory.ConversationsAsync(session.User)).Keys.Where(id => !known.ContainsKey(id)))
        {
            // Came into the list meanwhile: missed from where the user came in.
            if (ConversationId.TryParse(conversation, out ConversationId id)
                && (await services.Log.SummaryAsync(id, session.Caller.Actor)).Value is { Epoch.Length: > 0 } summary)
            {
                positions[conversation] = new KnownPosition(summary.Epoch, Math.Max(summary.JoinedAt, summary.First) - 1);
            }
        }

        Result<SyncReply> reply = await session.Conversations.SyncAsync(positions);
        if (!reply.IsOk)
        {
            return reply.Error;
        }

        if (reply.Value.Conversations.Any(summary => reply.Value.Recovered.TryGetValue(summary.Conversation, out bool resumed) && !resumed))
        {
            return ChatError.Conflict;
        }

        return reply.Value.Conversations.ToDictionary(
            summary => summary.Conversation,
            summary => positions.GetValueOrDefault(summary.Conversation, new KnownPosition(summary.Epoch, summary.Last)),
            StringComparer.Ordinal);
    }

    private static void Supersede(LobbyServices services, string pid)
    {
        if (services.Sockets.TryRemove(pid, out LobbySocket? earlier))
        {
            earlier.Supersede();
        }
    }
}
