using Orleans;
using Orleans.Concurrency;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Activations;

public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Calls the next of the names, which calls the rest.</summary>
    Task<int> Visit(string[] rest, bool yieldFirst);

    [AlwaysInterleave]
    Task<int> VisitInterleaving(string[] rest, bool yieldFirst);

    Task TellSelf();

    [OneWay]
    Task Told();
}

public interface IReentrantChainGrain : IChainGrain;

internal class ChainGrain(Recorder recorder) : Grain, IChainGrain
{
    public async Task<int> Visit(string[] rest, bool yieldFirst)
    {
        if (yieldFirst)
        {
            await Task.Yield();
        }

        return rest.Length == 0 ? 0 : 1 + await Other(rest[0]).Visit(rest[1..], yieldFirst);
    }

    public async Task<int> VisitInterleaving(string[] rest, bool yieldFirst)
    {
        if (yieldFirst)
        {
            await Task.Yield();
        }

        return rest.Length == 0 ? 0 : 1 + await Other(rest[0]).VisitInterleaving(rest[1..], yieldFirst);
    }

    public async Task TellSelf()
    {
        await this.AsReference<IChainGrain>().Told();
        recorder.Note("asked");
    }

    public Task Told()
    {
        recorder.Note("told");
        return Task.CompletedTask;
    }

    protected virtual IChainGrain Other(string name) => GrainFactory.GetGrain<IChainGrain>(name, typeof(ChainGrain).FullName);
}

[Reentrant]
internal sealed class ReentrantChainGrain(Recorder recorder) : ChainGrain(recorder), IReentrantChainGrain
{
    protected override IChainGrain Other(string name) => GrainFactory.GetGrain<IReentrantChainGrain>(name);
}

public class CycleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_of_a_grain_to_itself_is_reported(bool yieldFirst)
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = Chain(silo, "a");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Visit(["a"], yieldFirst).Soon());

        Assert.Contains("chain/a", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, await grain.Visit([], yieldFirst).Soon());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_that_comes_back_over_other_grains_is_reported(bool yieldFirst)
    {
        await using var silo = await TestSilo.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Chain(silo, "a").Visit(["b", "c", "a"], yieldFirst).Soon());
        Assert.Equal(2, await Chain(silo, "a").Visit(["b", "c"], yieldFirst).Soon());
    }

    [Fact]
    public async Task Long_chain_of_calls_does_not_exhaust_the_stack()
    {
        await using var silo = await TestSilo.StartAsync();

        var names = Enumerable.Range(0, 3000).Select(i => $"n{i}").ToArray();

        Assert.Equal(3000, await Chain(silo, "a").Visit(names, yieldFirst: false).Soon());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Interleaving_call_comes_back(bool yieldFirst)
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Equal(3, await Chain(silo, "a").VisitInterleaving(["b", "a", "a"], yieldFirst).Soon());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reentrant_grains_call_each_other_without_deadlock(bool yieldFirst)
    {
        await using var silo = await TestSilo.StartAsync();
        string[] there = [.. Enumerable.Repeat(new[] { "b", "a" }, 20).SelectMany(pair => pair)];
        string[] back = [.. Enumerable.Repeat(new[] { "a", "b" }, 20).SelectMany(pair => pair)];

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() =>
            silo.Grain<IReentrantChainGrain>(i % 2 == 0 ? "a" : "b").Visit(i % 2 == 0 ? there : back, yieldFirst)))).Soon();

        Assert.All(results, result => Assert.Equal(40, result));
    }

    [Fact]
    public async Task One_way_call_of_a_grain_to_itself_runs_after_the_request()
    {
        await using var silo = await TestSilo.StartAsync();

        await Chain(silo, "a").TellSelf().Soon();

        await Eventually.IsTrue(() => silo.Recorder.Count("told") == 1, "told");
        Assert.Equal(["asked", "told"], silo.Recorder.Events);
    }

    private static IChainGrain Chain(TestSilo silo, string name) =>
        silo.Grains.GetGrain<IChainGrain>(name, typeof(ChainGrain).FullName);
}
