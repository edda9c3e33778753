using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Conversations;
using StackExchange.Redis;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>How many messages a group takes per second, over all nodes: decided in the step that appends.</summary>
public sealed class GroupRateTests(RedisConversations redis) : ConversationSpecification
{
    private readonly RedisMessageLog _log = new(redis.Connection, new ChatLimits { GroupMessagesPerSecond = 2 });

    protected override IMessageLog Log => _log;

    protected override IGroupStore Groups => redis.Groups;

    [Fact]
    public async Task A_silent_group_takes_four_seconds_worth_at_once_and_refuses_the_rest()
    {
        Talk talk = await NewGroupAsync();

        AppendReply reply = await talk.AppendAsync([.. Enumerable.Range(0, 20).Select(i => talk.Send("member", $"{i}"))]);

        Assert.Equal(Numbers(3, 10), reply.Replies.Take(8).Select(one => one.Seq));
        Assert.All(reply.Replies.Skip(8), one => AssertRefused(ChatError.RateLimited, one));
        Assert.Equal(10, (await talk.RangeAsync()).Last);
    }

    [Fact]
    public async Task All_nodes_and_members_share_what_is_left()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("owner", "first");
        await LeaveAsync(talk, 1.5);
        var elsewhere = new Talk(new RedisMessageLog(redis.Connection, new ChatLimits { GroupMessagesPerSecond = 2 }), talk.Id) { Node = "elsewhere" };

        AppendReply reply = await elsewhere.AppendAsync(elsewhere.Send("admin", "one", "e1"), elsewhere.Send("owner", "two", "e2"));

        Assert.Null(reply.Replies[0].Error);
        AssertRefused(ChatError.RateLimited, reply.Replies[1]);
    }

    [Fact]
    public async Task A_repeat_needs_no_token()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "once", "C1");
        await LeaveAsync(talk, 0);

        SendReply again = await talk.TrySayAsync("member", "once", "C1");

        Assert.Equal((seq, true), (again.Seq, again.Duplicate));
    }

    [Fact]
    public async Task Somebody_who_may_not_send_takes_no_token()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "first");
        await LeaveAsync(talk, 1);

        AppendReply reply = await talk.AppendAsync(talk.Send("stranger", "no"), talk.Send("member", "yes"));

        AssertRefused(ChatError.NotMember, reply.Replies[0]);
        Assert.Null(reply.Replies[1].Error);
    }

    [Fact]
    public async Task A_direct_conversation_has_no_such_limit()
    {
        (Talk talk, string one, _) = NewDirect();

        await talk.FillAsync(one, 64);

        Assert.Equal(64, (await talk.RangeAsync()).Last);
    }

    // Noted as of an hour from now, so that nothing comes back meanwhile however slow the machine is.
    private Task<RedisResult> LeaveAsync(Talk talk, double tokens) =>
        redis.CommandAsync(
            "HSET", $"{{c:{talk.Id}}}:meta", "budget", FormattableString.Invariant($"{tokens:0.000}:{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()}"));
}
