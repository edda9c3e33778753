using Orleans;
using Orleans.Concurrency;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Activations;

public interface IInlineGrain : IGrainWithStringKey
{
    [AlwaysInterleave]
    Task After(string name, Task gate);

    [AlwaysInterleave]
    Task Block(string name, ManualResetEventSlim entered, ManualResetEventSlim gate);

    [AlwaysInterleave]
    Task Promised();

    [AlwaysInterleave]
    Task Keep(Task gate);

    [AlwaysInterleave]
    Task<int> Pass(int further, Task gate);

    [AlwaysInterleave]
    Task Note(string name);
}

internal sealed class InlineGrain(Recorder recorder, IGrainFactory grains) : Grain, IInlineGrain
{
    // On purpose one whose waiters may go on inside of the turn that ends it.
    private readonly TaskCompletionSource _promise = new();

    public async Task After(string name, Task gate)
    {
        await gate;
        recorder.Note(name);
    }

    public Task Block(string name, ManualResetEventSlim entered, ManualResetEventSlim gate)
    {
        entered.Set();
        Assert.True(gate.Wait(InlineTurnTests.Patience));
        recorder.Note(name);
        return Task.CompletedTask;
    }

    public Task Promised() => _promise.Task;

    public async Task Keep(Task gate)
    {
        await gate;
        _promise.SetResult();
        recorder.Note("kept");
    }

    public async Task<int> Pass(int further, Task gate)
    {
        if (further == 0)
        {
            await gate;
            return 0;
        }

        return 1 + await grains.GetGrain<IInlineGrain>($"{this.GetPrimaryKeyString()}.").Pass(further - 1, gate);
    }

    public Task Note(string name)
    {
        recorder.Note(name);
        return Task.CompletedTask;
    }
}

/// <summary>What goes on where the thread is that ended what was waited for: see <c>Activation.TryContinueHere</c>.</summary>
public class InlineTurnTests
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Idle_grain_goes_on_on_the_thread_that_ends_what_it_waits_for()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = await AwakeAsync(silo);
        var gate = new TaskCompletionSource();
        var call = grain.After("after", gate.Task);

        await Task.Run(() =>
        {
            gate.SetResult();
            Assert.Equal(["awake", "after"], silo.Recorder.Events);
        }).Soon();

        await call.Soon();
    }

    [Fact]
    public async Task Grain_that_runs_a_turn_goes_on_after_it()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = await AwakeAsync(silo);
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var gate = new TaskCompletionSource();
        var call = grain.After("after", gate.Task);
        var block = Task.Run(() => grain.Block("block", entered, leave));
        Assert.True(entered.Wait(Patience));

        await Task.Run(gate.SetResult).Soon();

        Assert.Equal(["awake"], silo.Recorder.Events);
        leave.Set();
        await Task.WhenAll(call, block).Soon();
        Assert.Equal(["awake", "block", "after"], silo.Recorder.Events);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Callers_go_on_after_the_turn_that_answers_them(int callers)
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = await AwakeAsync(silo);
        var gate = new TaskCompletionSource();
        Task[] waiting = [.. Enumerable.Range(0, callers).Select(_ => CallAsync())];
        var keep = grain.Keep(gate.Task);

        await Task.Run(gate.SetResult).Soon();

        await Task.WhenAll([keep, .. waiting]).Soon();
        Assert.Equal(["awake", "kept", .. Enumerable.Repeat("caller", callers)], silo.Recorder.Events);

        async Task CallAsync()
        {
            await grain.Promised().ConfigureAwait(false);

            // Within the turn this could not start before the turn is over, which would wait for it.
            Assert.True(grain.Note("caller").Wait(Patience));
        }
    }

    [Fact]
    public async Task Caller_that_blocks_keeps_nobody_else_from_being_answered()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = await AwakeAsync(silo);
        using var leave = new ManualResetEventSlim();
        var gate = new TaskCompletionSource();
        var blocked = BlockAsync(grain.Promised());
        var keep = grain.Keep(gate.Task);
        var set = Task.Run(gate.SetResult);

        await keep.Soon();
        await grain.After("further", Task.CompletedTask).Soon();

        leave.Set();
        await Task.WhenAll(set, blocked).Soon();

        async Task BlockAsync(Task call)
        {
            await call.ConfigureAwait(false);
            Assert.True(leave.Wait(Patience));
        }
    }

    [Fact]
    public async Task Long_chain_of_grains_that_wait_for_each_other_unwinds_without_using_up_the_stack()
    {
        const int length = 3000;
        await using var silo = await TestSilo.StartAsync();
        var gate = new TaskCompletionSource();
        var call = silo.Grain<IInlineGrain>().Pass(length, gate.Task);

        await Task.Run(gate.SetResult).Soon();

        Assert.Equal(length, await call.Soon());
    }

    private static async Task<IInlineGrain> AwakeAsync(TestSilo silo)
    {
        var grain = silo.Grain<IInlineGrain>();
        await grain.Note("awake").Soon();
        return grain;
    }
}
