using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Storage;

public sealed class Counter
{
    public int Value { get; set; }
}

public interface IStateGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);

    Task<(int Value, bool Exists, string? Etag)> Get();

    Task Clear();

    Task<string?> OtherText();

    Task<int> AddCatching(int amount);
}

internal sealed class StateGrain(
    [PersistentState("counter")] IPersistentState<Counter> counter,
    Recorder recorder,
    [PersistentState("other", "second")] IPersistentState<Counter> other) : Grain, IStateGrain
{
    private int _atActivation = -1;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _atActivation = counter.State.Value;
        recorder.Note($"activated with {_atActivation}");
        return Task.CompletedTask;
    }

    public async Task<int> Add(int amount)
    {
        counter.State.Value += amount;
        await counter.WriteStateAsync();
        return counter.State.Value;
    }

    public Task<(int Value, bool Exists, string? Etag)> Get() =>
        Task.FromResult((counter.State.Value, counter.RecordExists, counter.Etag));

    public Task Clear() => counter.ClearStateAsync(CancellationToken.None);

    public Task<string?> OtherText() => Task.FromResult<string?>($"{other.State.Value} {other.RecordExists}");

    public async Task<int> AddCatching(int amount)
    {
        try
        {
            return await Add(amount);
        }
        catch (InconsistentStateException)
        {
            return -1;
        }
    }
}

/// <summary>A storage whose reads fail when told so.</summary>
internal sealed class FailingStorage(IGrainStorage inner) : IGrainStorage
{
    public bool Fails { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Fails ? Task.FromException(new IOException("no storage")) : inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);
}

public class PersistentStateTests
{
    [Fact]
    public async Task State_is_there_again_in_the_next_activation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<IStateGrain>();

        Assert.Equal((0, false, null), await grain.Get());
        Assert.Equal(5, await grain.Add(5));
        Assert.Equal(7, await grain.Add(2));
        await Deactivate(silo, grain);

        var (value, exists, etag) = await grain.Get();
        Assert.Equal((7, true), (value, exists));
        Assert.NotNull(etag);
        Assert.Equal(["activated with 0", "activated with 7"], silo.Recorder.Events);
        Assert.Equal("0 False", await grain.OtherText());
    }

    [Fact]
    public async Task Cleared_state_is_fresh()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<IStateGrain>();
        await grain.Add(5);

        await grain.Clear();

        Assert.Equal((0, false, null), await grain.Get());
        Assert.Equal(1, await grain.Add(1));
    }

    [Fact]
    public async Task Conflict_reaches_the_caller_and_ends_the_activation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<IStateGrain>();
        await grain.Add(5);
        await OverwriteAsync(silo, grain, 100);

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Add(1));

        Assert.NotEqual(conflict.StoredEtag, conflict.CurrentEtag);
        Assert.Equal(101, await grain.Add(1).Soon());
        Assert.Equal(["activated with 0", "activated with 100"], silo.Recorder.Events);
    }

    [Fact]
    public async Task Conflict_that_the_grain_handles_ends_nothing()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<IStateGrain>();
        await grain.Add(5);
        await OverwriteAsync(silo, grain, 100);

        Assert.Equal(-1, await grain.AddCatching(1));

        Assert.Equal(["activated with 0"], silo.Recorder.Events);
    }

    [Fact]
    public async Task Unreadable_state_fails_the_call_and_the_next_call_reads_again()
    {
        await using var silo = await StartAsync();
        var storage = (FailingStorage)silo.Services.GetRequiredKeyedService<IGrainStorage>("second");
        storage.Fails = true;
        var grain = silo.Grain<IStateGrain>();

        Assert.Equal("no storage", (await Assert.ThrowsAsync<IOException>(() => grain.Get())).Message);

        storage.Fails = false;
        Assert.Equal((0, false, null), await grain.Get());
    }

    private static Task<TestSilo> StartAsync() => TestSilo.StartAsync(builder =>
    {
        builder.AddMemoryGrainStorage("inner");
        builder.Services.AddGrainStorage("second", (services, _) => new FailingStorage(services.GetRequiredKeyedService<IGrainStorage>("inner")));
    });

    private static async Task Deactivate(TestSilo silo, IAddressable grain)
    {
        var activation = silo.Activation(grain)!;
        activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "test"));
        await activation.Deactivated.Soon();
    }

    private static async Task OverwriteAsync(TestSilo silo, IAddressable grain, int value)
    {
        var storage = silo.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var state = new GrainState<Counter>();
        await storage.ReadStateAsync("counter", grain.GetGrainId(), state);
        state.State!.Value = value;
        await storage.WriteStateAsync("counter", grain.GetGrainId(), state);
    }
}
