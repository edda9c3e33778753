using Orleans;
using OrleansChat.Gateway.FrontEnds.Line.Talks;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Presence;
using OrleansChat.Protocols.Line;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>Talks of two: TALKTO, MSG, STOP.</summary>
internal sealed class TalkCommands(IGrainFactory grains, IUserDirectory directory, IPresence presence, TalkSignals signals, LineSender sender)
{
    public const string ThatIsYou = "ERR that is you";

    public async Task<string?> TalkToAsync(LineConnection connection, LineArguments arguments)
    {
        ChatSession session = connection.Session!;
        if (!Names.TryUser(arguments.Words[0], out string? peer))
        {
            return LineErrors.Spell(ChatError.NoSuchUser);
        }

        if (peer == session.User)
        {
            return ThatIsYou;
        }

        if (await directory.FindAsync(peer) is not { } account || await IsGoneAsync(account))
        {
            return LineErrors.Spell(ChatError.NoSuchUser);
        }

        if (!connection.Talks.TryOpen(peer))
        {
            return "ERR too many talks";
        }

        if (!await IsIgnoredAsync(session.User, account))
        {
            await signals.SendAsync(session, peer, starts: true, after: 0);
        }

        return $"OK TALKTO {peer}";
    }

    public async Task<string?> MessageAsync(LineConnection connection, LineArguments arguments)
    {
        if (!Names.TryUser(arguments.Words[0], out string? peer))
        {
            return LineErrors.Spell(ChatError.NoSuchUser);
        }

        ChatSession session = connection.Session!;
        return connection.Talks.IsOpen(peer)
            ? await sender.SendAsync(connection, ConversationId.Direct(session.User, peer), arguments.Text!, "MSG")
            : NotTalking(peer);
    }

    public async Task<string?> StopAsync(LineConnection connection, LineArguments arguments)
    {
        if (!Names.TryUser(arguments.Words[0], out string? peer))
        {
            return LineErrors.Spell(ChatError.NoSuchUser);
        }

        if (!connection.Talks.TryStop(peer, out long last))
        {
            return NotTalking(peer);
        }

        await signals.SendAsync(connection.Session!, peer, starts: false, after: last);
        return $"OK STOP {peer}";
    }

    private static string NotTalking(string peer) => $"ERR not talking to {peer}";

    // A guest who has left does not come back through this door, and nobody would read what waits for them.
    private async Task<bool> IsGoneAsync(Account account) =>
        account.Guest && await presence.GetAsync(account.User) is { State: "offline", LastSeen: > 0 };

    // Whoever ignores somebody does not hear of their talks either; the one who is ignored is not told.
    private async Task<bool> IsIgnoredAsync(string user, Account by)
    {
        Result<IReadOnlyList<string>> ignored = await grains.GetGrain<IUserGrain>(by.User)
            .BlockedUsers(new Actor(by.User, by.Incarnation, string.Empty));
        return ignored.IsOk && ignored.Value.Contains(user, StringComparer.Ordinal);
    }
}
