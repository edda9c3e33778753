using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Redis.Streams;
using OrleansChat.Streams;
using OrleansChat.Testing;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Streams;

public sealed class ContractTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Provider_is_registered_under_its_name_and_cannot_be_rewound()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);

        Assert.Equal("redis", node.Streams.Name);
        Assert.False(node.Streams.IsRewindable);
        Assert.False(node.Conversation("group:a").IsRewindable);
        Assert.Equal("redis", node.Conversation("group:a").ProviderName);
    }

    [Fact]
    public async Task Streams_are_equal_and_ordered_by_their_ids()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        IAsyncStream<Announcement> a = node.Conversation("group:a");
        IAsyncStream<Announcement> b = node.Conversation("group:b");

        Assert.True(a.Equals(node.Conversation("group:a")));
        Assert.Equal(a.GetHashCode(), node.Conversation("group:a").GetHashCode());
        Assert.False(a.Equals(b));
        Assert.True(a.CompareTo(b) < 0);
        Assert.Equal(0, a.CompareTo(node.Conversation("group:a")));
        Assert.Equal(StreamId.Create(ChatStreams.Conversation, "group:a"), a.StreamId);
    }

    [Fact]
    public async Task Handles_of_a_stream_are_those_of_this_node()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using StreamNode other = await StreamNode.StartAsync(redis.Endpoint);
        Hearing<Announcement> one = await node.HearAsync("group:handles");
        Hearing<Announcement> two = await node.HearAsync("group:handles");
        await other.HearAsync("group:handles");

        Assert.Equal([one.Handle, two.Handle], await node.Conversation("group:handles").GetAllSubscriptionHandles());
        await one.Handle.UnsubscribeAsync();

        Assert.Equal([two.Handle], await node.Conversation("group:handles").GetAllSubscriptionHandles());
        Assert.NotEqual(one.Handle, two.Handle);
        Assert.Empty(await node.Conversation("group:others").GetAllSubscriptionHandles());
        Assert.Equal(("redis", two.Handle.StreamId), (two.Handle.ProviderName, node.Conversation("group:handles").StreamId));
    }

    [Fact]
    public async Task What_streams_cannot_do_is_refused_in_words()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        IAsyncStream<Announcement> stream = node.Conversation("group:refused");
        Hearing<Announcement> hearing = new();

        await Assert.ThrowsAsync<NotSupportedException>(() => stream.SubscribeAsync(hearing, new Token()));
        await Assert.ThrowsAsync<NotSupportedException>(() => stream.SubscribeAsync(hearing, null, "filter"));
        await Assert.ThrowsAsync<NotSupportedException>(() => stream.OnNextAsync(Event("x"), new Token()));
        await Assert.ThrowsAsync<NotSupportedException>(() => stream.OnNextBatchAsync([Event("x")], new Token()));
        await Assert.ThrowsAsync<NotSupportedException>(stream.OnCompletedAsync);
        await Assert.ThrowsAsync<NotSupportedException>(() => stream.OnErrorAsync(new InvalidOperationException()));
        await Assert.ThrowsAsync<ArgumentException>(() => stream.OnNextAsync(new Announcement(AnnouncementKind.Interrupted, default)));
        await Assert.ThrowsAsync<ArgumentException>(() => stream.OnNextAsync(Event("x", from: "two words")));
        await stream.SubscribeAsync(hearing, null);
    }

    [Theory]
    [InlineData(null, "key")]
    [InlineData("a/b", "key")]
    [InlineData("a b", "key")]
    [InlineData("ns", "two words")]
    [InlineData("ns", "two\nlines")]
    [InlineData("conversation", "group:wrong-type")]
    public async Task Stream_that_cannot_be_named_or_carries_something_else_is_refused(string? ns, string key)
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);

        Assert.Throws<ArgumentException>(() => node.Streams.GetStream<int>(StreamId.Create(ns, key)));
    }

    [Theory]
    [InlineData("conversation/dm:a1:b2", "{c:dm:a1:b2}:meta")]
    [InlineData("user/alice", "{u:alice}:nodes")]
    [InlineData("presence/*", "{u:*}:watchers")]
    [InlineData("weather/a/b", "{s:weather/a/b}:nodes")]
    [InlineData("nothing", null)]
    [InlineData("/key", null)]
    [InlineData("ns/", null)]
    public void Member_of_a_follow_set_names_where_the_nodes_are(string member, string? nodes)
    {
        Assert.Equal(nodes is not null, StreamName.TryParseMember(member, out StreamName? name));
        Assert.Equal(nodes, name is null ? null : (string?)name.Nodes);
        Assert.Equal(name is null ? null : member, name?.Member);
    }

    private sealed class Token : StreamSequenceToken
    {
        public override long SequenceNumber { get; protected set; }

        public override int EventIndex { get; protected set; }

        public override bool Equals(StreamSequenceToken? other) => ReferenceEquals(this, other);

        public override int CompareTo(StreamSequenceToken? other) => 0;
    }
}
