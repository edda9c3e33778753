using Orleans;
using Orleans.Concurrency;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Activations;

public interface ITurnGrain : IGrainWithStringKey
{
    Task Note(int number);

    Task Hold(string name, string gate);

    [AlwaysInterleave]
    Task Peek(string name);

    [ReadOnly]
    Task Read(string name, string gate);

    Task<int> Increment(int rounds);
}

public interface IReentrantTurnGrain : ITurnGrain;

internal class TurnGrain(Recorder recorder) : Grain, ITurnGrain
{
    private int _inside;
    private int _count;

    public async Task Note(int number)
    {
        recorder.Note($"start {number}");
        await Task.Yield();
        recorder.Note($"end {number}");
    }

    public async Task Hold(string name, string gate)
    {
        recorder.Note($"{name} in");
        await recorder.At(gate);
        recorder.Note($"{name} out");
    }

    public Task Peek(string name)
    {
        recorder.Note(name);
        return Task.CompletedTask;
    }

    public Task Read(string name, string gate) => Hold(name, gate);

    public async Task<int> Increment(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            // Not atomic on purpose: only turns keep this right.
            Assert.Equal(1, ++_inside);
            _count++;
            _inside--;
            await Task.Yield();
        }

        return _count;
    }
}

[Reentrant]
internal sealed class ReentrantTurnGrain(Recorder recorder) : TurnGrain(recorder), IReentrantTurnGrain;

public class TurnTests
{
    [Fact]
    public async Task Requests_of_one_caller_run_one_after_the_other_in_order()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITurnGrain>();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(grain.Note)).Soon();

        Assert.Equal(Enumerable.Range(0, 200).SelectMany(i => new[] { $"start {i}", $"end {i}" }), silo.Recorder.Events);
    }

    [Fact]
    public async Task Reentrant_requests_of_one_caller_start_in_order()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IReentrantTurnGrain>();

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(grain.Note)).Soon();

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"start {i}"), silo.Recorder.Events.Where(e => e.StartsWith("start", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Unmarked_request_waits_until_the_running_one_has_ended()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITurnGrain>();

        var first = grain.Hold("first", "gate");
        var second = grain.Hold("second", "open");
        silo.Recorder.Open("open");
        await grain.Peek("peek").Soon();

        Assert.False(second.IsCompleted);
        Assert.Equal(["first in", "peek"], silo.Recorder.Events);
        silo.Recorder.Open("gate");
        await Task.WhenAll(first, second).Soon();
        Assert.Equal(["first in", "peek", "first out", "second in", "second out"], silo.Recorder.Events);
    }

    [Fact]
    public async Task Reentrant_grain_interleaves_at_awaits()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IReentrantTurnGrain>();

        var first = grain.Hold("first", "gate");
        silo.Recorder.Open("open");
        await grain.Hold("second", "open").Soon();

        Assert.Equal(["first in", "second in", "second out"], silo.Recorder.Events);
        silo.Recorder.Open("gate");
        await first.Soon();
    }

    [Fact]
    public async Task Read_only_requests_interleave_with_each_other_and_with_no_other()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITurnGrain>();
        silo.Recorder.Open("open");

        var first = grain.Read("first", "gate");
        await grain.Read("second", "open").Soon();
        var writer = grain.Hold("writer", "open");
        var third = grain.Read("third", "open");
        await grain.Peek("peek");

        Assert.Equal(["first in", "second in", "second out", "peek"], silo.Recorder.Events);
        silo.Recorder.Open("gate");
        await Task.WhenAll(first, writer, third).Soon();
        Assert.Equal(["writer in", "writer out", "third in", "third out"], silo.Recorder.Events.Skip(5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_threads_never_run_a_grain_at_the_same_time(bool reentrant)
    {
        await using var silo = await TestSilo.StartAsync();
        const int callers = 8, calls = 200, rounds = 10;

        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var grain = reentrant ? silo.Grain<IReentrantTurnGrain>() : silo.Grain<ITurnGrain>();
            for (var i = 0; i < calls; i++)
            {
                await grain.Increment(rounds);
            }
        }))).Soon();

        var total = reentrant ? silo.Grain<IReentrantTurnGrain>() : silo.Grain<ITurnGrain>();
        Assert.Equal(callers * calls * rounds, await total.Increment(0));
    }
}
