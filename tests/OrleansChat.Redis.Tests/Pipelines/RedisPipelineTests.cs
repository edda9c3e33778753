using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Pipelines;

public sealed class RedisPipelineTests : IAsyncDisposable
{
    private readonly FakeRedis _redis = new();
    private RedisPipeline? _pipeline;

    public async ValueTask DisposeAsync()
    {
        if (_pipeline is not null)
        {
            await _pipeline.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_script_that_Redis_does_not_know_is_sent_whole()
    {
        Task<NumberCall> call = RunAsync(1);
        FakeCall taken = await _redis.NextAsync();
        Assert.Equal("EVALSHA", taken.Words[0]);
        await taken.AnswerAsync("-NOSCRIPT No matching script. Please use EVAL.\r\n");

        taken = await _redis.NextAsync();
        Assert.Equal(("EVAL", RedisScript.Append.Text), (taken.Words[0], taken.Words[1]));
        await taken.AnswerAsync(":7\r\n");
        Assert.Equal(7, (await call.WithinAsync()).Heard);
    }

    [Theory]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("BUSY Redis is busy running a script.")]
    [InlineData("MASTERDOWN Link with MASTER is down")]
    public async Task What_Redis_refuses_for_now_is_tried_again(string refusal)
    {
        Task<NumberCall> call = RunAsync(1);
        await (await _redis.NextAsync()).AnswerAsync($"-{refusal}\r\n");
        await (await _redis.NextAsync()).AnswerAsync(":7\r\n");
        Assert.Equal(7, (await call.WithinAsync()).Heard);
    }

    [Theory]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots")]
    [InlineData("READONLY You can't write against a read only replica.")]
    [InlineData("NOREPLICAS Not enough good replicas to write.")]
    [InlineData("ERR -OOM allow-oom script: a42, on @user_script:1.")]
    public async Task What_Redis_refuses_to_write_is_unavailable(string refusal)
    {
        Task<NumberCall> call = RunAsync(1);
        await (await _redis.NextAsync()).AnswerAsync($"-{refusal}\r\n");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => call.WithinAsync());
    }

    [Fact]
    public async Task Another_error_is_a_fault_and_the_connection_goes_on()
    {
        Task<NumberCall> call = RunAsync(1);
        await (await _redis.NextAsync()).AnswerAsync("-ERR user_script:1: nil\r\n");
        await Assert.ThrowsAsync<RedisReplyException>(() => call.WithinAsync());

        call = RunAsync(2);
        await (await _redis.NextAsync()).AnswerAsync(":2\r\n");
        Assert.Equal(2, (await call.WithinAsync()).Heard);
    }

    [Fact]
    public async Task A_call_whose_connection_broke_is_unavailable_and_not_repeated_and_one_that_was_not_sent_goes_to_the_next()
    {
        Task<NumberCall> sent = RunAsync(1);
        FakeCall taken = await _redis.NextAsync();
        Task<NumberCall> gathered = RunAsync(2);
        taken.Close();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => sent.WithinAsync());

        taken = await _redis.NextAsync();
        Assert.Equal("2", taken.Last);
        await taken.AnswerAsync(":2\r\n");
        Assert.Equal(2, (await gathered.WithinAsync()).Heard);
    }

    [Fact]
    public async Task Many_calls_at_once_keep_their_replies_apart_while_connections_break()
    {
        const int Callers = 200;
        Task<bool>[] callers = [.. Enumerable.Range(1, Callers).Select(number => Task.Run(() => GetsItsOwnAsync(number)))];
        Task<bool[]> all = Task.WhenAll(callers);
        while (!all.IsCompleted)
        {
            Task<FakeCall> next = _redis.NextAsync();
            if (await Task.WhenAny(next, all) == all)
            {
                // Nobody calls any more.
                _ = next.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
                break;
            }

            FakeCall taken = await next;
            if (Random.Shared.Next(20) == 0)
            {
                taken.Close();
            }
            else
            {
                try
                {
                    await taken.AnswerAsync($":{taken.Last}\r\n");
                }
                catch (Exception closed) when (closed is IOException or InvalidOperationException)
                {
                    // Of a connection that was closed above.
                }
            }
        }

        Assert.All(await all.WithinAsync(), Assert.True);
    }

    [Fact]
    public async Task Redis_that_is_away_is_unavailable()
    {
        var options = new RedisOptions { Configuration = $"127.0.0.1:{FreePort.Next()}", Deadline = TimeSpan.FromMilliseconds(300) };
        _pipeline = new RedisPipeline(options, RedisScript.Append, TimeProvider.System);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync(1).WithinAsync());
    }

    [Fact]
    public async Task Redis_that_does_not_answer_is_unavailable_in_the_end()
    {
        RedisOptions options = _redis.Options;
        options.Deadline = TimeSpan.FromMilliseconds(300);
        _pipeline = new RedisPipeline(options, RedisScript.Append, TimeProvider.System);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync(1).WithinAsync());
    }

    [Fact]
    public async Task Nothing_hangs_when_it_is_closed()
    {
        Task<NumberCall> sent = RunAsync(1);
        await _redis.NextAsync();
        Task<NumberCall> gathered = RunAsync(2);
        await _pipeline!.DisposeAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => sent.WithinAsync());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => gathered.WithinAsync());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => RunAsync(3).WithinAsync());
    }

    [Fact]
    public async Task A_Redis_Cluster_is_left_to_the_client_library()
    {
        _redis.Cluster = "cluster_enabled:1";
        _pipeline = new RedisPipeline(_redis.Options, RedisScript.Append, TimeProvider.System);
        Assert.True(_pipeline.Fits);
        Assert.False(await _pipeline.TryRunAsync(new NumberCall(1)).AsTask().WithinAsync());
        Assert.False(_pipeline.Fits);
    }

    [Theory]
    [InlineData("one:6379,two:6379")]
    [InlineData("one:6379,ssl=true")]
    [InlineData("one:6379,user=chat,password=secret")]
    [InlineData("one:6379,defaultDatabase=3")]
    [InlineData("::1:6379")]
    [InlineData("one")]
    [InlineData("")]
    public async Task Settings_that_this_does_not_know_are_left_to_the_client_library(string configuration)
    {
        Assert.Null(PipelineAddress.Of(configuration));
        _pipeline = new RedisPipeline(new RedisOptions { Configuration = configuration }, RedisScript.Append, TimeProvider.System);
        Assert.False(await _pipeline.TryRunAsync(new NumberCall(1)).AsTask().WithinAsync());
    }

    [Fact]
    public void What_an_address_says_to_the_client_library_is_understood()
    {
        foreach (RedisAddress address in new RedisAddress[] { new("127.0.0.1", 6379), new("redis.example", 1, "a=b c") })
        {
            Assert.Equal(address, PipelineAddress.Of(address.ToConfiguration().ToString()));
        }
    }

    private async Task<bool> GetsItsOwnAsync(long number)
    {
        while (true)
        {
            try
            {
                return (await RunAsync(number)).Heard == number;
            }
            catch (StorageUnavailableException)
            {
                // The connection broke meanwhile.
            }
        }
    }

    private async Task<NumberCall> RunAsync(long number)
    {
        RedisPipeline pipeline = LazyInitializer.EnsureInitialized(
            ref _pipeline, () => new RedisPipeline(_redis.Options, RedisScript.Append, TimeProvider.System));
        var call = new NumberCall(number);
        Assert.True(await pipeline.TryRunAsync(call));
        return call;
    }
}
