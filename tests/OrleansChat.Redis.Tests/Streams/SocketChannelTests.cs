using Microsoft.Extensions.Options;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Streams;
using OrleansChat.Redis.Tests.Pipelines;
using OrleansChat.Streams;
using OrleansChat.Testing;
using static OrleansChat.Redis.Tests.Streams.AnnouncementTexts;

namespace OrleansChat.Redis.Tests.Streams;

/// <summary>The subscription over a connection of our own. What every subscription promises is in the tests beside it.</summary>
public sealed class SocketChannelTests : IAsyncDisposable
{
    private const string Confirmed = "*3\r\n$9\r\nsubscribe\r\n$7\r\nnode:n1\r\n:1\r\n";

    private readonly FakeRedis _redis = new();
    private readonly RedisConnection _connection;
    private readonly StreamCounters _counters = new();
    private readonly Dispatcher _dispatcher;
    private SocketChannel? _channel;

    public SocketChannelTests()
    {
        _connection = new RedisConnection(Options.Create(_redis.Options), TimeProvider.System);
        RedisStreamOptions options = new() { QueueBytes = 200_000 };
        _dispatcher = new Dispatcher(new StreamInterests(new FollowerSets(_connection), options, TimeProvider.System, new RecordedLog(), "n1"), _counters);
    }

    // What is handed over to nobody, because it is no announcement, is counted.
    private long HandedOver => _counters.Malformed;

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
        {
            await _channel.DisposeAsync().AsTask().WithinAsync(what: "the end of the channel");
        }

        await _redis.DisposeAsync();
        await _connection.DisposeAsync();
        _counters.Dispose();
    }

    [Fact]
    public async Task Announcements_may_come_in_single_bytes_and_right_behind_the_answer()
    {
        Task<SocketChannel?> opening = OpenAsync();
        FakeCall subscribe = await _redis.NextAsync();
        Assert.Equal(["SUBSCRIBE", "node:n1"], subscribe.Words);
        await subscribe.AnswerAsync(Confirmed + Push("one") + Push("H - - - 1 -\n"));
        _channel = await opening.WithinAsync();

        foreach (char one in Push("two") + Push(string.Empty) + Push("\r\n"))
        {
            await subscribe.AnswerAsync($"{one}");
        }

        await Eventually.TrueAsync(() => HandedOver == 3);
        Assert.Equal(4, _channel!.Count);
        Assert.False(_channel.Broken.IsCompleted);
    }

    [Fact]
    public async Task Announcement_longer_than_one_read_is_heard()
    {
        FakeCall subscribed = await SubscribedAsync();
        await subscribed.AnswerAsync(Push(new string('x', 150_000)) + Push("short"));
        await Eventually.TrueAsync(() => HandedOver == 2);
    }

    [Fact]
    public async Task Connection_that_ends_within_an_announcement_is_broken_and_what_came_before_is_heard()
    {
        FakeCall subscribed = await SubscribedAsync();
        await subscribed.AnswerAsync(Push("whole") + Push("not whole")[..^4]);
        await Eventually.TrueAsync(() => HandedOver == 1);
        subscribed.Close();

        await _channel!.Broken.WithinAsync();
        Assert.Equal(1, _channel.Count);
    }

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData(":1\r\n")]
    [InlineData("-ERR what is this\r\n")]
    [InlineData("*2\r\n$4\r\npong\r\n$0\r\n\r\n")]
    [InlineData("*3\r\n$8\r\npmessage\r\n$1\r\na\r\n$1\r\nb\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$7\r\nnode:n1\r\n$-1\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$7\r\nnode:n1\r\n$200001\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$7\r\nnode:n1\r\n$1\r\nabc")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public async Task What_is_no_announcement_or_too_long_ends_the_connection_after_those_before_it(string malformed)
    {
        FakeCall subscribed = await SubscribedAsync();
        await subscribed.AnswerAsync(Push("before") + malformed);

        await _channel!.Broken.WithinAsync();
        await Eventually.TrueAsync(() => HandedOver == 1);
        Assert.Equal(1, _channel.Count);
    }

    [Fact]
    public async Task Line_that_never_ends_ends_the_connection()
    {
        FakeCall subscribed = await SubscribedAsync();
        await subscribed.AnswerAsync("*" + new string('1', 1_000_000));
        await _channel!.Broken.WithinAsync();
    }

    [Fact]
    public async Task Redis_that_refuses_the_subscription_says_so()
    {
        Task<SocketChannel?> opening = OpenAsync();
        await (await _redis.NextAsync()).AnswerAsync("-NOPERM No permissions to access a channel\r\n");
        await Assert.ThrowsAsync<RedisReplyException>(() => opening.WithinAsync());
    }

    [Fact]
    public async Task Redis_that_ends_the_connection_instead_of_answering_is_a_failure_to_open()
    {
        Task<SocketChannel?> opening = OpenAsync();
        (await _redis.NextAsync()).Close();
        await Assert.ThrowsAsync<IOException>(() => opening.WithinAsync());
    }

    [Fact]
    public async Task Opening_ends_when_the_node_stops()
    {
        using CancellationTokenSource stopping = new();
        Task<SocketChannel?> opening = SocketChannel.TryOpenAsync(_redis.Options, "n1", _dispatcher, TimeProvider.System, stopping.Token);
        await _redis.NextAsync();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WithinAsync());
    }

    [Theory]
    [InlineData("cluster_enabled:1", null)]
    [InlineData("cluster_enabled:0", "127.0.0.1:6379,ssl=true")]
    [InlineData("cluster_enabled:0", "one:6379,two:6379")]
    public async Task Cluster_and_settings_that_this_does_not_know_are_left_to_the_client_library(string cluster, string? configuration)
    {
        _redis.Cluster = cluster;
        RedisOptions options = _redis.Options;
        options.Configuration = configuration ?? options.Configuration;
        Assert.Null(await SocketChannel.TryOpenAsync(options, "n1", _dispatcher, TimeProvider.System, CancellationToken.None).WithinAsync());
    }

    [Fact]
    public async Task Node_signs_in_hears_this_way_and_is_caught_up_after_an_announcement_that_is_too_long()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions { AppendOnly = false, Password = "secret" });
        await using StreamNode node = await StreamNode.StartAsync(redis.Address.ToConfiguration().ToString(), options => options.QueueBytes = 200_000);
        await using Noted noted = await Noted.OpenAsync(redis);
        Hearing<Announcement> hearing = await node.HearAsync("group:long");
        string clients = (string)(await noted.Database.ExecuteAsync("CLIENT", "LIST", "TYPE", "pubsub"))!;
        Assert.Contains("name=orleanschat-announcements", clients, StringComparison.Ordinal);
        Assert.DoesNotContain("cmd=ping", clients, StringComparison.Ordinal);

        await node.Conversation("group:long").OnNextAsync(Event(new string('x', 1_000_000)));

        await hearing.IsInterruptedAsync();
        await node.Conversation("group:long").OnNextAsync(Event("after"));
        await hearing.HearsAsync("after");
        Assert.Equal(["after"], hearing.Texts());
    }

    private static string Push(string message) => $"*3\r\n$7\r\nmessage\r\n$7\r\nnode:n1\r\n${message.Length}\r\n{message}\r\n";

    private Task<SocketChannel?> OpenAsync() => SocketChannel.TryOpenAsync(_redis.Options, "n1", _dispatcher, TimeProvider.System, CancellationToken.None);

    private async Task<FakeCall> SubscribedAsync()
    {
        Task<SocketChannel?> opening = OpenAsync();
        FakeCall subscribe = await _redis.NextAsync();
        await subscribe.AnswerAsync(Confirmed);
        _channel = await opening.WithinAsync();
        return subscribe;
    }
}
