using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Tests.Conversations;

namespace OrleansChat.Redis.Tests.Groups;

public sealed class RedisGroupStoreTests(RedisConversations redis) : GroupStoreSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisGroupRightsTests(RedisConversations redis) : GroupRightsSpecification
{
    protected override IMessageLog Log => redis.Log;

    protected override IGroupStore Groups => redis.Groups;
}

public sealed class RedisGroupSizeTests
{
    [Fact]
    public async Task Full_group_takes_nobody_in_until_somebody_leaves()
    {
        await using RedisConversations redis = await RedisConversations.StartAsync(new ChatLimits { GroupMembers = 4 });
        var suite = new SizeSuite(redis);

        await suite.FillAsync();
    }

    private sealed class SizeSuite(RedisConversations redis) : ConversationSpecification
    {
        protected override IMessageLog Log => redis.Log;

        protected override IGroupStore Groups => redis.Groups;

        public async Task FillAsync()
        {
            Talk talk = await NewGroupAsync(null, "fourth");

            Json.AssertRefused(ChatError.TooLarge, await TryAsync(talk, "late", GroupVerb.Join));
            Json.AssertRefused(ChatError.TooLarge, await TryAsync(talk, "owner", GroupVerb.Invite, "late"));
            Assert.True((await DoAsync(talk, "member", GroupVerb.Join)).Message.IsEmpty);
            await DoAsync(talk, "fourth", GroupVerb.Leave);
            Result<Appended>[] joins = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => TryAsync(talk, $"late{i}", GroupVerb.Join)));

            Assert.Single(joins, join => join.IsOk);
            Assert.Equal(4, Json.Ok(await Groups.GetAsync(talk.Id.GroupId!, talk.By("owner"))).Members);
        }
    }
}
