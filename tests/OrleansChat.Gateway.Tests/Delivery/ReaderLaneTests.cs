using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.Tests.Delivery;

/// <summary>How the readers of a large group share the pool with everything else (invariant I7).</summary>
public sealed class ReaderLaneTests
{
    private readonly Queue<IThreadPoolWorkItem> _pool = new();
    private readonly List<string> _ran = [];

    [Fact]
    public void Many_portions_take_few_places_on_the_pool_and_let_others_in_between()
    {
        ReaderLane lane = Open(most: 2);
        for (int i = 0; i < 100; i++)
        {
            lane.Add([new Step(this, $"a{i}"), new Step(this, $"b{i}")]);
        }

        Assert.Equal(2, _pool.Count);
        _pool.Enqueue(new Step(this, "direct"));
        RunAll();

        Assert.Equal(["a0", "b0", "a1", "b1", "direct", "a2", "b2"], _ran.Take(7));
        Assert.Equal(201, _ran.Count);
        Assert.Equal(_ran.Order(), _ran.Distinct().Order());
    }

    [Fact]
    public void A_lane_that_has_run_dry_goes_on_with_the_next_portion()
    {
        ReaderLane lane = Open(most: 1);
        lane.Add([new Step(this, "first")]);
        RunAll();
        lane.Add([new Step(this, "second")]);
        RunAll();

        Assert.Equal(["first", "second"], _ran);
        Assert.Empty(_pool);
    }

    [Fact]
    public async Task Portions_that_are_added_while_others_end_are_all_run()
    {
        const int adders = 4;
        const int each = 5_000;
        int ran = 0;
        var all = new TaskCompletionSource();
        var lane = new ReaderLane(2, static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false));
        var count = new Counted(() =>
        {
            if (Interlocked.Increment(ref ran) == adders * each)
            {
                all.SetResult();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, adders).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < each; i++)
            {
                lane.Add([count]);
            }
        })));

        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(adders * each, ran);
    }

    private ReaderLane Open(int most) => new(most, _pool.Enqueue);

    private void RunAll()
    {
        while (_pool.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }

    private sealed class Step(ReaderLaneTests tests, string name) : IThreadPoolWorkItem
    {
        public void Execute() => tests._ran.Add(name);
    }

    private sealed class Counted(Action count) : IThreadPoolWorkItem
    {
        public void Execute() => count();
    }
}
