using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Activations;

public sealed class Faults
{
    private int _activations;
    private int _numbers;

    public void FailActivations(int count) => _activations = count;

    public bool TakeActivationFault() => Interlocked.Decrement(ref _activations) >= 0;

    public int NextNumber() => Interlocked.Increment(ref _numbers);
}

public interface ILifeGrain : IGrainWithStringKey
{
    /// <summary>The number of the activation.</summary>
    Task<int> Number();

    Task<int> NumberAfter(string gate);

    Task<int> NumberThenEnd();

    Task Hang();
}

public interface IReentrantLifeGrain : ILifeGrain;

internal class LifeGrain(Recorder recorder, Faults faults) : Grain, ILifeGrain
{
    private readonly int _number = faults.NextNumber();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (faults.TakeActivationFault())
        {
            await recorder.At("fault");
            throw new FormatException("not today");
        }

        recorder.Note($"begin {_number}");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        recorder.Note($"end {_number} {reason.ReasonCode}");
    }

    public Task<int> Number() => Task.FromResult(_number);

    public async Task<int> NumberAfter(string gate)
    {
        await recorder.At(gate);
        return _number;
    }

    public Task<int> NumberThenEnd()
    {
        DeactivateOnIdle();
        return Task.FromResult(_number);
    }

    public Task Hang() => recorder.At("never");
}

[Reentrant]
internal sealed class ReentrantLifeGrain(Recorder recorder, Faults faults) : LifeGrain(recorder, faults), IReentrantLifeGrain;

public class LifeTests
{
    [Fact]
    public async Task First_call_activates_and_later_ones_use_the_same_activation()
    {
        await using var silo = await StartAsync();
        var grain = Life(silo);

        var numbers = await Task.WhenAll(grain.Number(), grain.Number(), grain.Number()).Soon();

        Assert.Equal([1, 1, 1], numbers);
        Assert.Equal(["begin 1"], silo.Recorder.Events);
    }

    [Fact]
    public async Task Failed_activation_fails_its_callers_and_the_next_call_tries_afresh()
    {
        await using var silo = await StartAsync();
        silo.Services.GetRequiredService<Faults>().FailActivations(1);
        var grain = Life(silo);

        var calls = new[] { grain.Number(), grain.Number() };
        silo.Recorder.Open("fault");
        foreach (var call in calls)
        {
            Assert.Equal("not today", (await Assert.ThrowsAsync<FormatException>(() => call.Soon())).Message);
        }

        Assert.Equal(2, await grain.Number().Soon());
    }

    [Fact]
    public async Task Deactivate_on_idle_lets_running_requests_end_and_gives_waiting_ones_to_the_next_activation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<IReentrantLifeGrain>();

        var running = grain.NumberAfter("gate");
        Assert.Equal(1, await grain.NumberThenEnd().Soon());
        var waiting = Enumerable.Range(0, 5).Select(_ => grain.Number()).ToArray();
        Assert.All(waiting, call => Assert.False(call.IsCompleted));

        silo.Recorder.Open("gate");
        Assert.Equal(1, await running.Soon());
        Assert.All(await Task.WhenAll(waiting).Soon(), number => Assert.Equal(2, number));
        Assert.Equal(["begin 1", "end 1 ApplicationRequested", "begin 2"], silo.Recorder.Events);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_call_is_lost_while_activations_come_and_go(bool reentrant)
    {
        await using var silo = await StartAsync();

        var ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
        {
            var grain = reentrant ? silo.Grain<IReentrantLifeGrain>() : Life(silo);
            var ended = 0;
            for (var i = 0; i < 300; i++)
            {
                if (i % 10 == caller)
                {
                    await grain.NumberThenEnd();
                    ended++;
                }
                else
                {
                    await grain.Number();
                }
            }

            return ended;
        }))).Soon();

        Assert.Equal(180, ends.Sum());
        await silo.StopAsync();
        var begun = silo.Recorder.Events.Count(e => e.StartsWith("begin", StringComparison.Ordinal));
        Assert.Equal(begun, silo.Recorder.Events.Where(e => e.StartsWith("end", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(2 * begun, silo.Recorder.Events.Count);
    }

    [Fact]
    public async Task Order_of_one_caller_survives_a_change_of_activation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grain<IReentrantLifeGrain>();
        var calls = Enumerable.Range(0, 500).Select(i => i % 50 == 7 ? grain.NumberThenEnd() : grain.Number()).ToArray();

        var numbers = await Task.WhenAll(calls).Soon();

        Assert.Equal(numbers.Order(), numbers);
    }

    [Fact]
    public async Task Stopped_silo_has_ended_all_activations_and_takes_no_call()
    {
        await using var silo = await StartAsync();
        var grain = Life(silo);
        await grain.Number().Soon();

        await silo.StopAsync();

        Assert.Equal(["begin 1", "end 1 ShuttingDown"], silo.Recorder.Events);
        Assert.Equal(0, silo.ActivationCount);
        await Assert.ThrowsAsync<Orleans.Runtime.SiloUnavailableException>(() => grain.Number());
    }

    [Fact]
    public async Task Call_without_an_answer_times_out_and_those_behind_it_too()
    {
        await using var silo = await StartAsync(builder => builder.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(10)));
        var grain = Life(silo);

        var hanging = grain.Hang();
        silo.Time.Advance(TimeSpan.FromSeconds(5));
        var waiting = grain.Number();
        silo.Time.Advance(TimeSpan.FromSeconds(8));
        await Assert.ThrowsAsync<TimeoutException>(() => hanging.Soon());
        Assert.False(waiting.IsCompleted);

        silo.Time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.Soon());
        silo.Recorder.Open("never");
        Assert.Equal(1, await grain.Number().Soon());
    }

    private static Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null) => TestSilo.StartAsync(builder =>
    {
        builder.Services.AddSingleton<Faults>();
        configure?.Invoke(builder);
    });

    private static ILifeGrain Life(TestSilo silo) => silo.Grains.GetGrain<ILifeGrain>("a", typeof(LifeGrain).FullName);
}
