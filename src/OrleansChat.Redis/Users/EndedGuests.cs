using Microsoft.Extensions.Logging;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Users;

/// <summary>
/// Takes an ended guest out of its conversations before the name goes to somebody else. Every step can be repeated, also by
/// several claimers at once, and stops being possible once the name was claimed anew.
/// </summary>
internal sealed partial class EndedGuests(RedisConnection redis, IMessageLog log, IGroupStore groups, ILogger<EndedGuests> logger)
{
    private const int AtOnce = 64;

    private static readonly RedisScript Clear = RedisScript.Load("list-clear");

    /// <exception cref="StorageUnavailableException">The guest may still be in some of the conversations.</exception>
    public async Task CleanAsync(string guest, string incarnation, IReadOnlyList<string> conversations)
    {
        foreach (string[] chunk in conversations.Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.Select(conversation => LeaveAsync(guest, incarnation, conversation))).ConfigureAwait(false);
            await redis.EvaluateAsync(
                Clear,
                [RedisKeys.Account(guest), RedisKeys.Conversations(guest)],
                [incarnation, .. Array.ConvertAll(chunk, static id => (RedisValue)id)]).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync(string guest, string incarnation, string conversation)
    {
        if (!ConversationId.TryParse(conversation, out ConversationId id))
        {
            LogNotAConversation(guest, conversation);
            return;
        }

        ChatError? refusal = id.GroupId is { } group
            ? (await groups.ApplyAsync(group, new GroupCommand(new Actor(guest, incarnation, string.Empty), GroupVerb.Leave), string.Empty).ConfigureAwait(false)).Error
            : (await log.ForgetGuestAsync(id, guest, incarnation).ConfigureAwait(false)).Error;
        if (refusal is null || refusal.Code == ChatError.NotMember.Code || refusal.Code == ChatError.Banned.Code || refusal.Code == ChatError.NoSuchConversation.Code)
        {
            return;
        }

        if (refusal.Retry)
        {
            throw new StorageUnavailableException($"The guest who held the name before could not be taken out of {conversation}.");
        }

        // The incarnation keeps the next holder of the name apart from this membership, which then nobody has.
        LogStaysInside(guest, conversation, refusal.Name);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of guest {Guest} held {Conversation}, which is no conversation.")]
    private partial void LogNotAConversation(string guest, string conversation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An ended guest {Guest} stays in {Conversation}: {Refusal}.")]
    private partial void LogStaysInside(string guest, string conversation, string refusal);
}
