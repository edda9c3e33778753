using System.Globalization;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Streams;
using OrleansChat.Testing;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Streams;

public sealed class DeliveryTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Announcement_reaches_the_nodes_that_follow_and_no_other()
    {
        await using StreamNode one = await StreamNode.StartAsync(redis.Endpoint);
        await using StreamNode other = await StreamNode.StartAsync(redis.Endpoint);
        await using StreamNode third = await StreamNode.StartAsync(redis.Endpoint);
        Hearing<Announcement> here = await one.HearAsync("group:reach");
        Hearing<Announcement> there = await other.HearAsync("group:reach");
        Hearing<Announcement> elsewhere = await third.HearAsync("group:elsewhere");

        await one.Conversation("group:reach").OnNextAsync(Event("hello"));
        await one.Conversation("group:elsewhere").OnNextAsync(Event("last"));

        Assert.Equal("hello", (await here.CountIsAsync(1))[0].Text());
        Assert.Equal("hello", (await there.CountIsAsync(1))[0].Text());
        Assert.Equal("last", (await elsewhere.CountIsAsync(1))[0].Text());
        Assert.Equal(1, third.Provider.Counters.Delivered);
    }

    [Theory]
    [InlineData(AnnouncementKind.Entries, "epoch1", 42, "")]
    [InlineData(AnnouncementKind.Event, "", 0, "alice")]
    [InlineData(AnnouncementKind.Follow, "", 0, "")]
    [InlineData(AnnouncementKind.Unfollow, "", 0, "")]
    [InlineData(AnnouncementKind.Revoked, "", 0, "")]
    public async Task Announcement_keeps_all_it_says(AnnouncementKind kind, string epoch, long seq, string from)
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        IAsyncStream<Announcement> stream = node.Stream(ChatStreams.User, "says-" + kind.ToString().ToLowerInvariant());
        Hearing<Announcement> hearing = await StreamNode.HearAsync(stream);

        await stream.OnNextAsync(new Announcement(kind, "{\"a\":1}\n{\"b\":\"ü\"}"u8.ToArray(), epoch, seq, from));

        Announcement heard = (await hearing.CountIsAsync(1))[0];
        Assert.Equal((kind, epoch, seq, from), (heard.Kind, heard.Epoch, heard.Seq, heard.From));
        Assert.Equal("{\"a\":1}\n{\"b\":\"ü\"}", heard.Text());
    }

    [Fact]
    public async Task Announcement_that_a_script_wrote_is_read()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> hearing = await node.HearAsync("dm:alice:bob");

        await noted.PublishAsync(node.Id, "E conversation dm:alice:bob k3v9 7 -\n{\"seq\":7}");

        Announcement heard = (await hearing.CountIsAsync(1))[0];
        Assert.Equal((AnnouncementKind.Entries, "k3v9", 7L, "", "{\"seq\":7}"), (heard.Kind, heard.Epoch, heard.Seq, heard.From, heard.Text()));
    }

    [Fact]
    public async Task Announcements_of_a_stream_arrive_in_their_order()
    {
        await using StreamNode sender = await StreamNode.StartAsync(redis.Endpoint);
        await using StreamNode receiver = await StreamNode.StartAsync(redis.Endpoint);
        Hearing<Announcement> hearing = await receiver.HearAsync("group:order");
        IAsyncStream<Announcement> stream = sender.Conversation("group:order");

        Task[] sent = [.. Enumerable.Range(0, 5_000).Select(i => stream.OnNextAsync(Event(i.ToString(CultureInfo.InvariantCulture))))];
        await Task.WhenAll(sent).WithinAsync();
        await stream.OnNextBatchAsync(Enumerable.Range(5_000, 1_000).Select(i => Event(i.ToString(CultureInfo.InvariantCulture))));

        IReadOnlyList<Announcement> heard = await hearing.CountIsAsync(6_000);
        Assert.Equal(Enumerable.Range(0, 6_000), heard.Select(one => int.Parse(one.Text(), CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Item_of_any_other_namespace_travels_as_json()
    {
        await using StreamNode sender = await StreamNode.StartAsync(redis.Endpoint);
        await using StreamNode receiver = await StreamNode.StartAsync(redis.Endpoint);
        Guid key = Guid.NewGuid();
        Hearing<Weather> hearing = await StreamNode.HearAsync(receiver.Streams.GetStream<Weather>(StreamId.Create("weather", key)));
        Weather[] items = [new("Oslo", -3.5, ["snow"]), new("Rome", 31, [])];

        await sender.Streams.GetStream<Weather>(StreamId.Create("weather", key)).OnNextBatchAsync(items);

        IReadOnlyList<Weather> heard = await hearing.CountIsAsync(2);
        Assert.Equal(items.Select(item => item.ToString()), heard.Select(item => item.ToString()));
        Assert.Equal(items[0].Signs, heard[0].Signs);
    }

    [Fact]
    public async Task Batch_observer_hears_the_same()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        IAsyncStream<string> stream = node.Streams.GetStream<string>(StreamId.Create("words", "batch"));
        BatchHearing hearing = new();
        await stream.SubscribeAsync(hearing);

        await stream.OnNextBatchAsync(["one", "two"]);
        await stream.OnNextAsync("three");

        await Eventually.TrueAsync(() => hearing.Words.Count == 3);
        Assert.Equal(["one", "two", "three"], hearing.Words);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("nonsense")]
    [InlineData("V conversation group:bad\n{}")]
    [InlineData("V conversation group:bad - x -\n{}")]
    [InlineData("V conversation group:bad - -1 -\n{}")]
    [InlineData("V conversation group:bad - 99999999999999999999 -\n{}")]
    [InlineData("V conversation group:bad - 0 - more\n{}")]
    [InlineData("V  group:bad - 0 -\n{}")]
    [InlineData("V conversation group:bad - 0 \n{}")]
    [InlineData("VV conversation group:bad - 0 -\n{}")]
    [InlineData("Z conversation group:bad - 0 -\n{}")]
    [InlineData("S conversation group:bad - 0 -\n{}")]
    [InlineData("V numbers bad - 0 -\n1")]
    [InlineData("S numbers bad - 0 -\n\"not a number\"")]
    [InlineData("S numbers bad - 0 -\n{")]
    public async Task Malformed_announcement_is_dropped_and_harms_nothing(string message)
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> hearing = await node.HearAsync("group:bad");
        Hearing<int> numbers = await StreamNode.HearAsync(node.Streams.GetStream<int>(StreamId.Create("numbers", "bad")));

        await noted.PublishAsync(node.Id, message);
        await node.Conversation("group:bad").OnNextAsync(Event("good"));
        await node.Streams.GetStream<int>(StreamId.Create("numbers", "bad")).OnNextAsync(7);

        Assert.Equal("good", (await hearing.CountIsAsync(1))[0].Text());
        Assert.Equal([7], await numbers.CountIsAsync(1));
        Assert.Equal(message.Length == 0 ? 0 : 1, node.Provider.Counters.Malformed);
    }

    [Fact]
    public async Task Announcement_of_a_stream_that_nobody_observes_is_passed_over()
    {
        await using StreamNode node = await StreamNode.StartAsync(redis.Endpoint);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> hearing = await node.HearAsync("group:known");

        await noted.PublishAsync(node.Id, "V conversation group:unknown - 0 -\n{}");
        await node.Conversation("group:known").OnNextAsync(Event("known"));

        await hearing.CountIsAsync(1);
        Assert.Equal(0, node.Provider.Counters.Malformed);
    }

    private sealed record Weather(string Place, double Degrees, string[] Signs)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Place} {Degrees}");
    }

    private sealed class BatchHearing : IAsyncBatchObserver<string>
    {
        private readonly List<string> _words = [];

        public IReadOnlyList<string> Words
        {
            get
            {
                lock (_words)
                {
                    return [.. _words];
                }
            }
        }

        public Task OnNextAsync(IList<SequentialItem<string>> items)
        {
            lock (_words)
            {
                _words.AddRange(items.Select(item => item.Item));
            }

            return Task.CompletedTask;
        }

        public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
    }
}
