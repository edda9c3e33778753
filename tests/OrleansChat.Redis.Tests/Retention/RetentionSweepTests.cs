using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Presence;
using OrleansChat.Redis.Retention;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Redis.Users;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Retention;

/// <summary>Conversations in which nobody says anything are found and trimmed.</summary>
public sealed class RetentionSweepTests : ConversationSpecification
{
    private RedisConversations? _redis;

    protected override IMessageLog Log => _redis!.Log;

    protected override IGroupStore Groups => _redis!.Groups;

    [Fact]
    public async Task Every_conversation_in_a_registered_users_list_and_every_public_group_is_trimmed()
    {
        await using RedisConversations own = await RedisConversations.StartAsync(new ChatLimits { HistoryEntries = 3 });
        _redis = own;
        var limits = new ChatLimits { HistoryEntries = 3 };
        var directory = new RedisUserDirectory(own.Connection, Log, Groups, limits, Options.Create(new UserTimes()), NullLoggerFactory.Instance);
        Talk group = await NewGroupAsync();
        Talk open = await NewGroupAsync(new GroupSettings("Open", JoinPolicy.Open, Public: true));
        Talk foreign = await NewGroupAsync();
        foreach (Talk talk in new[] { group, open, foreign })
        {
            await talk.FillAsync("member", 20);
        }

        // More users than fit on a page; the group is in all of their lists.
        foreach (int i in Enumerable.Range(0, 150))
        {
            Json.Ok(await directory.RegisterAsync($"user{i}", "hash"));
            Json.Ok(await directory.AddConversationAsync($"user{i}", group.Id));
        }

        var sweep = new RetentionSweep(
            own.Connection, new RedisRetention(own.Connection, limits), directory, new NodeIdentity("here"), TimeProvider.System,
            NullLogger<RetentionSweep>.Instance);
        Assert.Equal(2, await sweep.WalkAsync(CancellationToken.None));

        Assert.Equal((20, 20, 1), ((await group.RangeAsync()).First, (await open.RangeAsync()).First, (await foreign.RangeAsync()).First));
    }
}
