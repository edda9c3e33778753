using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Users;

namespace OrleansChat.Grains.Tests;

public sealed class ConversationGrainTests(TwoNodes nodes)
{
    [Fact]
    public async Task Sends_of_one_caller_are_numbered_in_the_order_of_the_calls()
    {
        string conversation = await OpenAsync("ann", "ben");
        IConversationGrain grain = nodes.First.GetGrain<IConversationGrain>(conversation);

        SendReply[] replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => grain.Send(Message("ann", $"c{i}"))));

        Assert.All(replies, reply => Assert.Null(reply.Error));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), replies.Select(reply => reply.Seq));
    }

    [Fact]
    public async Task Sends_behind_a_resend_that_has_to_be_searched_in_the_log_are_numbered_after_it()
    {
        const int older = 2 * 4096;
        string conversation = await OpenAsync("kim", "lea");
        IConversationGrain grain = nodes.First.GetGrain<IConversationGrain>(conversation);
        foreach (int[] some in Enumerable.Range(0, older + 1).Chunk(256))
        {
            await Task.WhenAll(some.Select(i => grain.Send(Message("kim", $"c{i}"))));
        }

        // The first is on its way while the others gather.
        SendReply[] replies = await Task.WhenAll(
            grain.Send(Message("lea", "first")), grain.Send(Message("kim", "resent") with { After = 0 }), grain.Send(Message("kim", "next")));

        Assert.All(replies, reply => Assert.Null(reply.Error));
        Assert.True(replies[1].Seq < replies[2].Seq, $"{replies[1].Seq} was sent before {replies[2].Seq}");
    }

    [Fact]
    public async Task Same_client_ids_through_two_activations_become_one_entry_each()
    {
        string conversation = await OpenAsync("cat", "dan");

        SendReply[] replies = await Task.WhenAll(Enumerable.Range(0, 400).Select(i =>
            (i % 2 == 0 ? nodes.First : nodes.Second).GetGrain<IConversationGrain>(conversation).Send(Message("cat", $"c{i / 4}"))));

        Assert.All(replies, reply => Assert.Null(reply.Error));
        Assert.Equal(100, replies.Count(reply => !reply.Duplicate));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), replies.Select(reply => reply.Seq).Distinct().Order());
    }

    [Fact]
    public async Task Block_that_returned_on_one_node_holds_on_the_other()
    {
        string conversation = await OpenAsync("eve", "fay");
        IConversationGrain grain = nodes.Second.GetGrain<IConversationGrain>(conversation);
        Assert.Null((await grain.Send(Message("eve", "before"))).Error);

        await nodes.First.GetGrain<IUserGrain>("fay").SetBlocked(new Actor("fay", string.Empty, string.Empty), "eve", true);

        Assert.Equal(ChatError.Blocked.Code, (await grain.Send(Message("eve", "after"))).Error?.Code);
    }

    [Fact]
    public async Task Message_to_nobody_is_refused_and_creates_nothing()
    {
        await RegisterAsync("gil");

        SendReply reply = await nodes.First.GetGrain<IConversationGrain>("dm:gil:nobody").Send(Message("gil", "c1"));

        Assert.Equal(ChatError.NoSuchUser.Code, reply.Error?.Code);
    }

    [Fact]
    public async Task Person_kicked_on_one_node_is_refused_on_the_other()
    {
        await RegisterAsync("hal");
        await RegisterAsync("ida");
        var hal = new Actor("hal", string.Empty, string.Empty);
        Assert.Null((await nodes.First.GetGrain<IGroupGrain>("crew").Create(hal, new GroupSettings("Crew"), ["ida"])).Error);
        IConversationGrain conversation = nodes.Second.GetGrain<IConversationGrain>("group:crew");
        Assert.Equal(2, (await conversation.Send(Message("ida", "c1"))).Seq);

        await nodes.First.GetGrain<IGroupGrain>("crew").Apply(new GroupCommand(hal, GroupVerb.Kick, "ida"));

        Assert.Equal(ChatError.NotMember.Code, (await conversation.Send(Message("ida", "c2"))).Error?.Code);
    }

    private static SendRequest Message(string from, string clientId)
    {
        byte[] content = Encoding.UTF8.GetBytes($",\"text\":\"{clientId}\"");
        return new SendRequest(
            new Actor(from, string.Empty, string.Empty), clientId, MessageTail.Hash(content), MessageTail.Compose(clientId, content));
    }

    private async Task<string> OpenAsync(string one, string other)
    {
        await RegisterAsync(one);
        await RegisterAsync(other);
        return ConversationId.Direct(one, other).Value;
    }

    private async Task RegisterAsync(string name) =>
        Assert.Null((await nodes.First.GetGrain<IUserGrain>(name).Register("correct horse", null)).Error);
}
