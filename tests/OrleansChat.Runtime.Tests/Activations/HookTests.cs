using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Activations;

public interface IHookGrain : IGrainWithStringKey
{
    Task Call();
}

/// <summary>A grain that does at its begin and end what its key says.</summary>
internal sealed class HookGrain : Grain, IHookGrain, IAsyncDisposable
{
    private readonly Recorder _recorder;

    public HookGrain(Recorder recorder, IGrainContext context)
    {
        _recorder = recorder;
        Assert.Same(context, GrainContext);
        if (this.GetPrimaryKeyString() == "constructor")
        {
            throw new FormatException("constructor");
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        switch (this.GetPrimaryKeyString())
        {
            case "ambient":
                _recorder.Note(HookTests.Ambient.Value ?? "none");
                return Task.CompletedTask;
            case "ends":
                _recorder.Note("activated");
                DeactivateOnIdle();
                return Task.CompletedTask;
            case "hangs":
                return _recorder.At("never");
            case "waits":
                return Task.Delay(Timeout.Infinite, cancellationToken);
            default:
                return Task.CompletedTask;
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _recorder.Note("ending");
        return this.GetPrimaryKeyString() switch
        {
            "hangs at end" => _recorder.At("never"),
            "fails at end" => throw new FormatException(),
            _ => Task.CompletedTask,
        };
    }

    public Task Call() => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _recorder.Note("disposed");
        return ValueTask.CompletedTask;
    }
}

public class HookTests
{
    public static AsyncLocal<string?> Ambient { get; } = new();

    [Fact]
    public async Task Ambient_values_of_the_first_caller_do_not_reach_the_activation()
    {
        await using var silo = await TestSilo.StartAsync();
        Ambient.Value = "the caller's";

        await silo.Grain<IHookGrain>("ambient").Call();

        Assert.Equal(["none"], silo.Recorder.Events);
        Assert.Equal("the caller's", Ambient.Value);
    }

    [Fact]
    public async Task Failing_constructor_fails_the_call()
    {
        await using var silo = await TestSilo.StartAsync();

        var failure = await Assert.ThrowsAsync<FormatException>(() => silo.Grain<IHookGrain>("constructor").Call().Soon());

        Assert.Equal("constructor", failure.Message);
        Assert.Equal(0, silo.ActivationCount);
    }

    [Fact]
    public async Task Grain_that_ends_itself_while_it_is_activated_fails_its_calls_in_the_end()
    {
        await using var silo = await TestSilo.StartAsync();

        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => silo.Grain<IHookGrain>("ends").Call().Soon());

        Assert.Equal(3, silo.Recorder.Count("activated"));
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("waits")]
    public async Task Activation_that_takes_too_long_fails_its_calls(string key)
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Configure<GrainCollectionOptions>(
            o => o.ActivationTimeout = TimeSpan.FromSeconds(5)));
        var call = silo.Grain<IHookGrain>(key).Call();

        silo.Time.Advance(TimeSpan.FromSeconds(6));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
    }

    [Theory]
    [InlineData("hangs at end")]
    [InlineData("fails at end")]
    [InlineData("plain")]
    public async Task Activation_ends_and_is_disposed_whatever_its_last_hook_does(string key)
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.Configure<GrainCollectionOptions>(
            o => o.DeactivationTimeout = TimeSpan.FromSeconds(5)));
        var grain = silo.Grain<IHookGrain>(key);
        await grain.Call();
        var activation = silo.Activation(grain)!;

        activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "test"));
        await Eventually.IsTrue(() => silo.Recorder.Count("ending") == 1, "hook begun");
        await Eventually.IsTrue(
            () =>
            {
                silo.Time.Advance(TimeSpan.FromSeconds(1));
                return activation.Deactivated.IsCompleted;
            },
            "ended");

        Assert.Equal(["ending", "disposed"], silo.Recorder.Events);
        silo.Recorder.Open("never");
        await grain.Call().Soon();
    }
}
