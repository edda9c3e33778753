using Orleans;
using Orleans.Concurrency;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Calls;

public interface IEchoBase<T> : IGrainWithStringKey
{
    Task<T> Echo(T value);
}

public interface IEchoGrain : IEchoBase<string>
{
    Task Nothing();

    ValueTask NothingAsValue();

    ValueTask<int> Add(int a, int b);

    Task<List<string>> Later(IReadOnlyList<string> items, CancellationToken cancellation);

    Task<bool> IsCancelled(CancellationToken cancellation);

    Task<string> Key();

    Task Fail(string message);

    Task FailLater(string message);

    Task<int> FailAtOnce(string message);

    Task<bool> SchedulerIsKept();

    [OneWay]
    Task Tell(string what, string gate);

    [OneWay]
    Task TellAndFail(string what);
}

public sealed class EchoException(string message, int code) : Exception(message)
{
    public int Code => code;
}

internal sealed class EchoGrain(Recorder recorder) : Grain, IEchoGrain
{
    public Task<string> Echo(string value) => Task.FromResult(value);

    public Task Nothing() => Task.CompletedTask;

    public ValueTask NothingAsValue() => ValueTask.CompletedTask;

    public async ValueTask<int> Add(int a, int b)
    {
        await Task.Yield();
        return a + b;
    }

    public async Task<List<string>> Later(IReadOnlyList<string> items, CancellationToken cancellation)
    {
        await Task.Yield();
        return [.. items];
    }

    public Task<bool> IsCancelled(CancellationToken cancellation) => Task.FromResult(cancellation.IsCancellationRequested);

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task Fail(string message) => throw new EchoException(message, 7);

    public async Task FailLater(string message)
    {
        await Task.Yield();
        throw new EchoException(message, 8);
    }

    public Task<int> FailAtOnce(string message) => throw new EchoException(message, 9);

    public async Task<bool> SchedulerIsKept()
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        await Task.Run(() => { });
        return scheduler != TaskScheduler.Default && ReferenceEquals(scheduler, TaskScheduler.Current) && SynchronizationContext.Current is null;
    }

    public async Task Tell(string what, string gate)
    {
        await recorder.At(gate);
        recorder.Note(what);
    }

    public Task TellAndFail(string what)
    {
        recorder.Note(what);
        throw new EchoException(what, 10);
    }
}

public class CallTests
{
    [Fact]
    public async Task Methods_of_every_shape_return_what_the_grain_returns()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IEchoGrain>("one/two");

        await grain.Nothing();
        await grain.NothingAsValue();
        Assert.Equal(5, await grain.Add(2, 3));
        Assert.Equal("x", await grain.Echo("x"));
        Assert.Equal(["a", "b"], await grain.Later(["a", "b"], CancellationToken.None));
        Assert.Equal("one/two", await grain.Key());
        Assert.True(await grain.IsCancelled(new CancellationToken(canceled: true)));
        Assert.Equal("echo/one/two", grain.GetGrainId().ToString());
    }

    [Fact]
    public async Task Exceptions_reach_the_caller_with_type_and_content()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IEchoGrain>();

        Assert.Equal(7, (await Assert.ThrowsAsync<EchoException>(() => grain.Fail("m"))).Code);
        var late = await Assert.ThrowsAsync<EchoException>(() => grain.FailLater("late"));
        Assert.Equal(("late", 8), (late.Message, late.Code));
        Assert.Contains(nameof(EchoGrain.FailLater), late.StackTrace, StringComparison.Ordinal);
        Assert.Equal(9, (await Assert.ThrowsAsync<EchoException>(() => grain.FailAtOnce("m"))).Code);
        await grain.Nothing();
    }

    [Fact]
    public async Task Continuations_stay_on_the_activations_scheduler()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.True(await silo.Grain<IEchoGrain>().SchedulerIsKept().Soon());
    }

    [Fact]
    public async Task One_way_call_returns_before_the_grain_has_run()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IEchoGrain>();

        var call = grain.Tell("told", "gate");
        Assert.True(call.IsCompletedSuccessfully);
        Assert.Empty(silo.Recorder.Events);

        silo.Recorder.Open("gate");
        await Eventually.IsTrue(() => silo.Recorder.Count("told") == 1, "told");
    }

    [Fact]
    public async Task One_way_failure_is_not_the_callers()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<IEchoGrain>();

        await grain.TellAndFail("told");

        await Eventually.IsTrue(() => silo.Recorder.Count("told") == 1, "told");
        await grain.Nothing().Soon();
    }
}
