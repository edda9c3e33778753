using System.Text;
using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Line.Talks;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Protocols.Line;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>Who somebody is: NICK and REGISTER.</summary>
internal sealed class SignInCommands(
    IGrainFactory grains,
    IUserDirectory directory,
    TokenService tokens,
    SessionRegistry sessions,
    TalkSignals signals,
    RestLimits limits,
    GatewayOptions options)
{
    private const string Device = "line";

    public async Task<string?> NickAsync(LineConnection connection, LineArguments arguments)
    {
        if (connection.Session is { } present)
        {
            return $"ERR already NICK {present.User}";
        }

        if (arguments.Words is not [var name])
        {
            return "ERR usage: NICK <name> [password]";
        }

        if (!Names.TryUser(name, out string? user))
        {
            return "ERR bad nick";
        }

        (SignedIn? identity, bool guest, string? refusal) = await directory.FindAsync(user) is { Guest: false }
            ? await SignInAsync(connection, user, arguments.Text)
            : await EnterAsGuestAsync(connection, user);
        return identity is null ? refusal : await OpenAsync(connection, identity, guest);
    }

    public async Task<string?> RegisterAsync(LineConnection connection, LineArguments arguments)
    {
        ChatSession session = connection.Session!;
        if (await limits.RefuseAsync(AddressLimit.Registrations, connection.Address) is not null)
        {
            return LineErrors.Spell(ChatError.RateLimited);
        }

        Result<Done> registered = await grains.GetGrain<IUserGrain>(session.User).RegisterGuest(session.Caller.Actor, arguments.Text!);
        return registered.IsOk ? $"OK REGISTER {session.User}"
            : registered.Error.Code == ChatError.NameTaken.Code ? "ERR already registered"
            : LineErrors.Spell(registered.Error);
    }

    private async Task<(SignedIn? Identity, bool Guest, string? Refusal)> SignInAsync(LineConnection connection, string user, string? password)
    {
        if (password is null)
        {
            return (null, false, "ERR password needed");
        }

        if (await limits.RefuseAsync(AddressLimit.SignIns, connection.Address) is not null)
        {
            return (null, false, LineErrors.Spell(ChatError.RateLimited));
        }

        Result<SignedIn> signedIn = await grains.GetGrain<IUserGrain>(user).SignIn(password);
        return signedIn.IsOk ? (signedIn.Value, false, null)
            : signedIn.Error.Code == ChatError.Unauthenticated.Code ? (null, false, "ERR bad password")
            : (null, false, LineErrors.Spell(signedIn.Error));
    }

    private async Task<(SignedIn? Identity, bool Guest, string? Refusal)> EnterAsGuestAsync(LineConnection connection, string user)
    {
        if (!options.Guests)
        {
            return (null, true, "ERR guests are not admitted");
        }

        if (await limits.RefuseAsync(AddressLimit.Guests, connection.Address) is not null)
        {
            return (null, true, LineErrors.Spell(ChatError.RateLimited));
        }

        Result<Account> claimed = await directory.ClaimGuestAsync(user);
        return claimed.IsOk
            ? (new SignedIn(user, claimed.Value.Incarnation), true, null)
            : (null, true, LineErrors.Spell(claimed.Error));
    }

    private async Task<string?> OpenAsync(LineConnection connection, SignedIn identity, bool guest)
    {
        IssuedToken token = await tokens.IssueAsync(identity);
        Result<ChatSession> opened = await sessions.OpenAsync(token.Claims, Device);
        if (!opened.IsOk)
        {
            return opened.Error.Code == ChatError.RateLimited.Code ? "ERR too many sessions" : LineErrors.Spell(opened.Error);
        }

        ChatSession session = opened.Value;
        bool begun = false;
        try
        {
            Result<SyncReply> synced = await session.Conversations.SyncAsync(new Dictionary<string, KnownPosition>());
            if (!synced.IsOk)
            {
                return LineErrors.Spell(synced.Error);
            }

            Welcome(session, guest ? [] : synced.Value.Conversations);
            await signals.AddAsync(session);
            session.Conversations.ReplySent();
            connection.Begin(session);
            begun = true;
            return null;
        }
        finally
        {
            if (!begun)
            {
                signals.Remove(session);
                await sessions.EndAsync(session);
            }
        }
    }

    /// <summary>The answer comes before anything else that the session hears; what was missed is announced, not shown.</summary>
    private static void Welcome(ChatSession session, IReadOnlyList<Summary> conversations)
    {
        session.Queue.AddReply(Encoding.ASCII.GetBytes($"OK NICK {session.User}"));
        foreach (Summary summary in SummaryOrder.NewestFirst(conversations))
        {
            if (summary.Unread > 0 && ConversationId.TryParse(summary.Conversation, out ConversationId id) && id.PeerOf(session.User) is { } peer)
            {
                session.Queue.AddReply(Encoding.ASCII.GetBytes(FormattableString.Invariant($"* unread {peer} {summary.Unread}")));
            }
        }
    }
}
