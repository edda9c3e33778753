using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Commands;

/// <summary>The list of a user's conversations, as the directory has it: more than those that the user is a member of.</summary>
internal static class UserList
{
    /// <summary>The conversations in it.</summary>
    public static List<ConversationId> Ids(IEnumerable<string> list)
    {
        var ids = new List<ConversationId>();
        foreach (string conversation in list)
        {
            if (ConversationId.TryParse(conversation, out ConversationId id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    /// <summary>Those that have begun and that the user is a member of; a refusal only when storage is away.</summary>
    public static async Task<Result<List<Summary>>> SummariesAsync(IMessageLog log, IEnumerable<string> list, Actor reader)
    {
        List<ConversationId> ids = Ids(list);
        var found = new List<Summary>(ids.Count);
        foreach (Result<Summary> summary in await log.SummariesAsync(ids, reader))
        {
            if (summary.Error is { Retry: true } error)
            {
                return error;
            }

            if (summary.Value is { Epoch.Length: > 0 } begun)
            {
                found.Add(begun);
            }
        }

        return found;
    }
}
