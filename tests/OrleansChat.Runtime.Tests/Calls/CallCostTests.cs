using Orleans;
using Orleans.Concurrency;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Calls;

public interface ICostGrain : IGrainWithStringKey
{
    Task<int> Add(int a, int b);

    Task<int> AddLater(int a, int b, Task gate);
}

[Reentrant]
internal sealed class CostGrain : Grain, ICostGrain
{
    public Task<int> Add(int a, int b) => Task.FromResult(a + b);

    public async Task<int> AddLater(int a, int b, Task gate)
    {
        await gate;
        return a + b;
    }
}

public class CallCostTests
{
    private const int Calls = 10_000;

    [Fact]
    public async Task Call_that_ends_at_once_allocates_little()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ICostGrain>();
        await grain.Add(1, 2);

        Assert.InRange(BytesPerCall(() => grain.Add(1, 2)), 0, 300);
    }

    [Fact]
    public async Task Call_that_ends_later_allocates_little()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ICostGrain>();
        await grain.Add(1, 2);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // The grain's own async method costs about 200 bytes of this.
        Assert.InRange(BytesPerCall(() => grain.AddLater(1, 2, gate.Task)), 0, 750);
        gate.SetResult();
    }

    // Synchronous, so that all of it happens on this thread. Test frameworks' own context would be carried along by each call.
    private static long BytesPerCall(Func<Task> call)
    {
        using var _ = ExecutionContext.SuppressFlow();
        Run(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(Calls);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                call();
            }
        }
    }
}
