using OrleansChat.Conversations;
using OrleansChat.Users;

namespace OrleansChat.Grains.Conversations;

/// <summary>
/// Brings a direct conversation into being with its first message. Both people's lists come first, so that their nodes follow it before
/// there is anything to miss; only then membership, which the append itself creates.
/// </summary>
internal sealed class DirectOpener(IMessageLog log, IUserDirectory directory)
{
    /// <summary>Creates what is missing and appends. One reply for each send.</summary>
    public async Task<IReadOnlyList<SendReply>> CreateAsync(ConversationId id, IReadOnlyList<SendRequest> sends, KnownPosition? known)
    {
        if (!id.TryGetPair(out string? one, out string? other))
        {
            return Refuse(sends, ChatError.NoSuchConversation);
        }

        Result<NewListing> first = await directory.AddConversationAsync(one, id);
        Result<NewListing> second = first.IsOk ? await directory.AddConversationAsync(other, id) : first;
        if (!first.IsOk || !second.IsOk)
        {
            return Refuse(sends, (first.Error ?? second.Error)!);
        }

        NewMember[] pair = [new(one, first.Value.Incarnation), new(other, second.Value.Incarnation)];
        SendRequest[] living = [.. sends.Where(send => IsPresent(pair, send.Actor))];
        if (living.Length == 0)
        {
            return Refuse(sends, ChatError.NotMember);
        }

        AppendReply reply = await log.AppendAsync(new AppendBatch(id, living, known, pair));
        if (reply.Outcome != AppendOutcome.Done)
        {
            return Refuse(sends, ChatError.Unavailable);
        }

        await CheckGuestsAsync(id, pair);
        int next = 0;
        return [.. sends.Select(send => IsPresent(pair, send.Actor) ? reply.Replies[next++] : SendReply.Refused(ChatError.NotMember))];
    }

    // A guest may have gone, and the name been taken, between the two steps. The ghost must not stay a member: the next message
    // would not be brought to whoever holds the name now.
    private async Task CheckGuestsAsync(ConversationId id, NewMember[] pair)
    {
        foreach (NewMember member in pair)
        {
            if (member.Incarnation.Length > 0
                && (await directory.FindAsync(member.User))?.Incarnation is { } now && now != member.Incarnation)
            {
                await log.ForgetGuestAsync(id, member.User, member.Incarnation);
            }
        }
    }

    private static bool IsPresent(NewMember[] pair, Actor actor) =>
        pair.Any(member => member.User == actor.User && member.Incarnation == actor.Incarnation);

    private static SendReply[] Refuse(IReadOnlyList<SendRequest> sends, ChatError error) =>
        [.. sends.Select(_ => SendReply.Refused(error))];
}
