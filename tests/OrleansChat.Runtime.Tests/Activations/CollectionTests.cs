using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Activations;

public interface IIdleGrain : IGrainWithStringKey
{
    Task Touch();

    Task<WeakReference> Sample();

    Task Delay(TimeSpan span);

    Task Hold(string gate);
}

internal sealed class IdleGrain(Recorder recorder) : Grain, IIdleGrain
{
    public Task Touch() => Task.CompletedTask;

    public Task<WeakReference> Sample() => Task.FromResult(new WeakReference(this));

    public Task Delay(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }

    public Task Hold(string gate) => recorder.At(gate);
}

[KeepAlive]
internal sealed class LastingGrain : Grain, ILastingGrain
{
    public Task Touch() => Task.CompletedTask;
}

public interface ILastingGrain : IGrainWithStringKey
{
    Task Touch();
}

public class CollectionTests
{
    private static readonly TimeSpan s_age = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Hundred_thousand_idle_activations_are_collected_and_their_memory_released()
    {
        await using var silo = await TestSilo.StartAsync();
        var sample = await ActivateAsync(silo, 100_000);
        Assert.Equal(100_000, silo.ActivationCount);

        var ended = Enumerable.Range(0, 100_000).Select(i => silo.Activation(silo.Grain<IIdleGrain>($"{i}"))!.Deactivated).ToArray();

        silo.Time.Advance(s_age + TimeSpan.FromMinutes(2));

        await Task.WhenAll(ended).Soon();
        Assert.Equal(0, silo.ActivationCount);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(sample.IsAlive);
    }

    [Fact]
    public async Task Used_and_busy_and_lasting_activations_stay()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Configure<SiloMessagingOptions>(
            o => o.ResponseTimeout = TimeSpan.FromHours(5)));
        var idle = silo.Grain<IIdleGrain>("idle");
        var used = silo.Grain<IIdleGrain>("used");
        var busy = silo.Grain<IIdleGrain>("busy");
        var delayed = silo.Grain<IIdleGrain>("delayed");
        await idle.Touch();
        await used.Touch();
        await delayed.Delay(TimeSpan.FromHours(1));
        await silo.Grain<ILastingGrain>("lasting").Touch();
        var call = busy.Hold("gate");

        silo.Time.Advance(s_age - TimeSpan.FromMinutes(2));
        await used.Touch();
        silo.Time.Advance(TimeSpan.FromMinutes(4));

        await Eventually.IsTrue(() => silo.Activation(idle) is null, "idle collected");
        Assert.Equal(4, silo.ActivationCount);
        silo.Recorder.Open("gate");
        await call.Soon();

        silo.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrue(() => silo.ActivationCount == 1, "only the lasting one stays");
    }

    [Fact]
    public async Task Class_specific_age_wins()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Configure<GrainCollectionOptions>(
            o => o.ClassSpecificCollectionAge[typeof(IdleGrain).FullName!] = TimeSpan.FromMinutes(2)));
        await silo.Grain<IIdleGrain>().Touch();

        silo.Time.Advance(TimeSpan.FromMinutes(4));

        await Eventually.IsTrue(() => silo.ActivationCount == 0, "collected");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> ActivateAsync(TestSilo silo, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await silo.Grain<IIdleGrain>($"{i}").Touch();
        }

        return await silo.Grain<IIdleGrain>("17").Sample();
    }
}
