using Orleans;
using Orleans.Runtime;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Timers;

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive, string? gate = null);

    Task StartFailing();

    Task Change(TimeSpan due, TimeSpan period);

    Task Stop();

    Task Hold(string gate);

    Task End();
}

internal sealed class TimerGrain(Recorder recorder) : Grain, ITimerGrain
{
    private IGrainTimer? _timer;

    public Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive, string? gate = null)
    {
        var scheduler = TaskScheduler.Current;
        _timer = this.RegisterGrainTimer(
            async (string name, CancellationToken _) =>
            {
                Assert.Same(scheduler, TaskScheduler.Current);
                recorder.Note(name);
                if (gate is not null)
                {
                    await recorder.At(gate);
                    recorder.Note("tock");
                }
            },
            "tick",
            new GrainTimerCreationOptions(due, period) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task StartFailing()
    {
        this.RegisterGrainTimer(
            () =>
            {
                recorder.Note("tick");
                throw new FormatException();
            },
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public async Task Hold(string gate)
    {
        await recorder.At(gate);
        recorder.Note("held");
    }

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public class GrainTimerTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Timer_ticks_when_due_and_then_every_period()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITimerGrain>();
        await grain.Start(5 * s_second, 2 * s_second, interleave: false, keepAlive: false);

        silo.Time.Advance(4 * s_second);
        await grain.Hold("open").After(() => silo.Recorder.Open("open"));
        Assert.Equal(0, silo.Recorder.Count("tick"));
        await TicksAfter(silo, s_second, 1);
        await TicksAfter(silo, 2 * s_second, 2);
        await TicksAfter(silo, 2 * s_second, 3);
    }

    [Fact]
    public async Task Period_counts_from_the_end_of_the_tick()
    {
        await using var silo = await TestSilo.StartAsync();
        await silo.Grain<ITimerGrain>().Start(s_second, s_second, interleave: true, keepAlive: false, "gate");

        silo.Time.Advance(s_second);
        await Eventually.IsTrue(() => silo.Recorder.Count("tick") == 1, "ticked");
        silo.Time.Advance(10 * s_second);
        Assert.Equal(1, silo.Recorder.Count("tick"));

        silo.Recorder.Open("gate");
        await Eventually.IsTrue(() => silo.Recorder.Count("tock") == 1, "tick ended");
        await Eventually.IsTrue(
            () =>
            {
                silo.Time.Advance(s_second);
                return silo.Recorder.Count("tick") >= 2;
            },
            "ticks again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tick_waits_for_the_running_request_unless_it_may_interleave(bool interleave)
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITimerGrain>();
        await grain.Start(s_second, Timeout.InfiniteTimeSpan, interleave, keepAlive: false);
        var held = grain.Hold("gate");

        silo.Time.Advance(s_second);
        if (interleave)
        {
            await Eventually.IsTrue(() => silo.Recorder.Count("tick") == 1, "interleaved");
        }

        silo.Recorder.Open("gate");
        await held.Soon();
        await Eventually.IsTrue(() => silo.Recorder.Count("tick") == 1, "ticked");
        Assert.Equal(interleave ? ["tick", "held"] : ["held", "tick"], silo.Recorder.Events);
    }

    [Fact]
    public async Task Changed_stopped_and_failing_timers_do_as_told()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITimerGrain>();
        await grain.Start(s_second, s_second, interleave: false, keepAlive: false);

        await grain.Change(10 * s_second, Timeout.InfiniteTimeSpan);
        silo.Time.Advance(9 * s_second);
        Assert.Equal(0, silo.Recorder.Count("tick"));
        await TicksAfter(silo, s_second, 1);
        await grain.Stop();

        await grain.StartFailing();
        await TicksAfter(silo, s_second, 2);
        await TicksAfter(silo, s_second, 3);
    }

    [Fact]
    public async Task Timer_ends_with_its_activation()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grain<ITimerGrain>();
        await grain.Start(s_second, s_second, interleave: false, keepAlive: false);
        var deactivated = silo.Activation(grain)!.Deactivated;

        await grain.End();
        await deactivated.Soon();
        silo.Time.Advance(10 * s_second);

        Assert.Equal(0, silo.Recorder.Count("tick"));
        Assert.Equal(0, silo.ActivationCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_timer_that_keeps_alive_does(bool keepAlive)
    {
        await using var silo = await TestSilo.StartAsync();
        var minute = TimeSpan.FromMinutes(1);
        await silo.Grain<ITimerGrain>().Start(minute, minute, interleave: false, keepAlive);

        for (var ticks = 1; ticks <= 14; ticks++)
        {
            await TicksAfter(silo, minute, ticks);
        }

        if (keepAlive)
        {
            await TicksAfter(silo, minute, 15);
            await TicksAfter(silo, minute, 16);
            await TicksAfter(silo, minute, 17);
            Assert.Equal(1, silo.ActivationCount);
            return;
        }

        await Eventually.IsTrue(
            () =>
            {
                silo.Time.Advance(minute);
                return silo.ActivationCount == 0;
            },
            "collected");
    }

    // The timer is set again after the callback's end: a clock moved before that would tick once only.
    private static async Task TicksAfter(TestSilo silo, TimeSpan span, int count)
    {
        silo.Time.Advance(span);
        await Eventually.IsTrue(() => silo.Recorder.Count("tick") >= count, $"tick {count}");
        await Eventually.IsTrue(() => silo.Silo.IsQuiet, "tick ended");
    }
}

internal static class TaskOrder
{
    public static Task After(this Task task, Action action)
    {
        action();
        return task.Soon();
    }
}
