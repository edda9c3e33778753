using OrleansChat.Redis.Pipelines;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Pipelines;

public sealed class PipelineSocketTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly FakeRedis _redis = new();
    private readonly ManualTime _time = new();
    private PipelineSocket? _socket;

    public async ValueTask DisposeAsync()
    {
        if (_socket is not null)
        {
            await _socket.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Calls_gather_while_one_is_unanswered_and_each_gets_its_own_reply()
    {
        await ConnectAsync();
        NumberCall[] calls = [.. Enumerable.Range(1, 500).Select(i => Begin(i))];

        for (int i = 0; i < calls.Length; i++)
        {
            FakeCall taken = await _redis.NextAsync();
            Assert.Equal($"{i + 1}", taken.Last);
            await taken.AnswerAsync($":{-i}\r\n");
        }

        for (int i = 0; i < calls.Length; i++)
        {
            await EndedAsync(calls[i], CallOutcome.Answered);
            Assert.Equal(-i, calls[i].Heard);
        }
    }

    [Fact]
    public async Task A_reply_may_come_in_single_bytes()
    {
        await ConnectAsync();
        NumberCall[] calls = [Begin(1), Begin(2)];
        FakeCall taken = await _redis.NextAsync();
        foreach (char one in ":12\r\n")
        {
            await taken.AnswerAsync($"{one}");
        }

        await EndedAsync(calls[0], CallOutcome.Answered);
        taken = await _redis.NextAsync();
        foreach (char one in ":34\r\n")
        {
            await taken.AnswerAsync($"{one}");
        }

        await EndedAsync(calls[1], CallOutcome.Answered);
        Assert.Equal((12, 34), (calls[0].Heard, calls[1].Heard));
    }

    [Fact]
    public async Task An_error_is_the_answer_to_its_own_call_only()
    {
        await ConnectAsync();
        NumberCall[] calls = [Begin(1), Begin(2)];
        await (await _redis.NextAsync()).AnswerAsync("-ERR no\r\n");
        await (await _redis.NextAsync()).AnswerAsync(":2\r\n");

        await EndedAsync(calls[0], CallOutcome.Error);
        await EndedAsync(calls[1], CallOutcome.Answered);
        Assert.Equal("ERR no", calls[0].Error);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_a_reply_leaves_in_doubt_what_was_sent_and_nothing_else()
    {
        await ConnectAsync();
        NumberCall sent = Begin(1);
        FakeCall taken = await _redis.NextAsync();
        NumberCall[] gathered = [Begin(2), Begin(3)];
        await taken.AnswerAsync(":12");
        taken.Close();

        await EndedAsync(sent, CallOutcome.Lost);
        await EndedAsync(gathered[0], CallOutcome.NotSent);
        await EndedAsync(gathered[1], CallOutcome.NotSent);
        Assert.True(_socket!.IsBroken);
        Assert.False(_socket.TryBegin(new NumberCall(4)));
    }

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("*2\r\n:1\r\n:2\r\n")]
    [InlineData(":1x\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public async Task A_reply_that_is_none_ends_the_connection_after_those_before_it(string malformed)
    {
        await ConnectAsync();
        NumberCall first = Begin(1);
        FakeCall taken = await _redis.NextAsync();
        NumberCall[] gathered = [Begin(2), Begin(3)];
        await taken.AnswerAsync(":1\r\n");
        await _redis.NextAsync();
        await (await _redis.NextAsync()).AnswerAsync(":2\r\n" + malformed);

        await EndedAsync(first, CallOutcome.Answered);
        await EndedAsync(gathered[0], CallOutcome.Answered);
        await EndedAsync(gathered[1], CallOutcome.Lost);
    }

    [Fact]
    public async Task A_reply_that_has_no_end_ends_the_connection()
    {
        await ConnectAsync();
        NumberCall call = Begin(1);
        await (await _redis.NextAsync()).AnswerAsync("-" + new string('x', PipelineSocket.LongestReply));
        await EndedAsync(call, CallOutcome.Lost);
    }

    [Fact]
    public async Task A_reply_that_nothing_was_asked_for_ends_the_connection()
    {
        await ConnectAsync();
        NumberCall call = Begin(1);
        FakeCall taken = await _redis.NextAsync();
        await taken.AnswerAsync(":1\r\n:2\r\n");
        await EndedAsync(call, CallOutcome.Answered);
        await Eventually.TrueAsync(() => _socket!.IsBroken);
    }

    [Fact]
    public async Task A_late_reply_is_not_taken_for_that_of_the_next_call()
    {
        await ConnectAsync();
        NumberCall late = Begin(1);
        FakeCall taken = await _redis.NextAsync();
        _socket!.Sweep(Deadline);
        Assert.False(late.Ended.IsCompleted);

        _time.Advance(Deadline);
        _socket.Sweep(Deadline);
        await EndedAsync(late, CallOutcome.Late);
        NumberCall next = Begin(2);
        await taken.AnswerAsync(":1\r\n");
        await (await _redis.NextAsync()).AnswerAsync(":2\r\n");

        await EndedAsync(next, CallOutcome.Answered);
        Assert.Equal(2, next.Heard);
        Assert.Equal(CallOutcome.Late, late.Outcome);
    }

    [Fact]
    public async Task A_waiter_that_blocks_where_its_reply_was_read_keeps_no_other_reply_from_being_read()
    {
        await ConnectAsync();
        using var leave = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        NumberCall first = Begin(1);
        OnEnd(first, () =>
        {
            entered.SetResult();
            left.SetResult(leave.Wait(TimeSpan.FromSeconds(60)));
        });
        await (await _redis.NextAsync()).AnswerAsync(":1\r\n");
        await entered.Task.WithinAsync(what: "the first waiter");

        NumberCall second = Begin(2);
        await (await _redis.NextAsync()).AnswerAsync(":2\r\n");
        await EndedAsync(second, CallOutcome.Answered);

        leave.Set();
        Assert.True(await left.Task.WithinAsync(what: "the first waiter's end"));
    }

    [Fact]
    public async Task Many_replies_that_are_read_at_once_all_reach_their_calls()
    {
        await ConnectAsync();
        NumberCall first = Begin(0);
        FakeCall taken = await _redis.NextAsync();
        NumberCall[] calls = [.. Enumerable.Range(1, 100).Select(i => Begin(i))];
        await taken.AnswerAsync(":0\r\n");
        FakeCall last = await _redis.NextAsync();
        for (int i = 1; i < calls.Length; i++)
        {
            last = await _redis.NextAsync();
        }

        await last.AnswerAsync(string.Concat(Enumerable.Range(1, 100).Select(i => $":{i}\r\n")));

        await EndedAsync(first, CallOutcome.Answered);
        for (int i = 0; i < calls.Length; i++)
        {
            await EndedAsync(calls[i], CallOutcome.Answered);
            Assert.Equal(i + 1, calls[i].Heard);
        }
    }

    [Fact]
    public async Task A_connection_that_stays_silent_is_given_up()
    {
        await ConnectAsync();
        NumberCall call = Begin(1);
        await _redis.NextAsync();
        NumberCall gathered = Begin(2);
        _time.Advance(2 * Deadline);
        _socket!.Sweep(Deadline);

        await EndedAsync(call, CallOutcome.Late);
        await EndedAsync(gathered, CallOutcome.Late);
        Assert.True(_socket.IsBroken);
    }

    [Fact]
    public async Task What_waits_to_be_sent_is_bounded()
    {
        await ConnectAsync();
        NumberCall first = Begin(1);
        FakeCall taken = await _redis.NextAsync();
        var large = new LargeCall();
        for (int taking = 0; taking < PipelineSocket.MostUnsent / LargeCall.Length; taking++)
        {
            Assert.True(_socket!.TryBegin(new LargeCall()));
        }

        Assert.False(_socket!.TryBegin(large));
        taken.Close();
        await EndedAsync(first, CallOutcome.Lost);
    }

    [Fact]
    public async Task A_call_that_cannot_be_written_leaves_the_others_alone()
    {
        await ConnectAsync();
        NumberCall first = Begin(1);
        FakeCall taken = await _redis.NextAsync();
        NumberCall second = Begin(2);
        Assert.Throws<InvalidOperationException>(() => _socket!.TryBegin(new UnwritableCall()));
        NumberCall third = Begin(3);

        await taken.AnswerAsync(":1\r\n");
        await (await _redis.NextAsync()).AnswerAsync(":2\r\n");
        await (await _redis.NextAsync()).AnswerAsync(":3\r\n");
        await EndedAsync(first, CallOutcome.Answered);
        await EndedAsync(second, CallOutcome.Answered);
        await EndedAsync(third, CallOutcome.Answered);
        Assert.Equal((1, 2, 3), (first.Heard, second.Heard, third.Heard));
    }

    // There and then, on the thread that ends the call.
    private static void OnEnd(PipelineCall call, Action then) => call.Ended.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(then);

    private static async Task EndedAsync(PipelineCall call, CallOutcome outcome)
    {
        await call.Ended.AsTask().WithinAsync(what: $"the end of the call, {outcome}");
        Assert.Equal(outcome, call.Outcome);
    }

    private async Task ConnectAsync() =>
        _socket = new PipelineSocket(await RedisControl.ConnectAsync(_redis.Address, CancellationToken.None), _time);

    private NumberCall Begin(long number)
    {
        var call = new NumberCall(number) { StartedAt = _time.GetTimestamp() };
        Assert.True(_socket!.TryBegin(call));
        return call;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }

    private sealed class LargeCall : PipelineCall
    {
        public override string Step => "large";

        public const int Length = 4 * 1024 * 1024;

        public override void Write(RespBuffer to) => to.Bytes(new byte[Length]);

        public override bool TryRead(ref RespReader from) => false;
    }

    private sealed class UnwritableCall : PipelineCall
    {
        public override string Step => "unwritable";

        public override void Write(RespBuffer to)
        {
            to.Text("half");
            throw new InvalidOperationException("It ends here.");
        }

        public override bool TryRead(ref RespReader from) => false;
    }
}
