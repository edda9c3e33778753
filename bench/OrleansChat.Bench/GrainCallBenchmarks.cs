using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace OrleansChat.Bench;

/// <summary>Calls of a grain that answers at once: what the engine costs.</summary>
public class GrainCallBenchmarks
{
    private const int AtOnce = 100;
    private IHost? _host;
    private IAnswer[] _grains = [];

    /// <summary>Starts the engine.</summary>
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult(); // The in-process toolchain does not await it.

    private async Task SetUpAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.UseOrleans(_ => { });
        _host = builder.Build();
        await _host.StartAsync();
        var factory = _host.Services.GetRequiredService<IGrainFactory>();
        _grains = [.. Enumerable.Range(0, AtOnce).Select(index => factory.GetGrain<IAnswer>($"grain-{index}"))];
        await ManyGrains();
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void CleanUp() => CleanUpAsync().GetAwaiter().GetResult(); // The in-process toolchain does not await it.

    private async Task CleanUpAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }

    /// <summary>One call, awaited.</summary>
    [Benchmark]
    public Task<int> OneCall() => _grains[0].AnswerAsync(1);

    /// <summary>A hundred calls of one grain under way at once; they take turns. Per call.</summary>
    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task<int[]> OneGrain() => Task.WhenAll(_grains.Select(_ => _grains[0].AnswerAsync(1)));

    /// <summary>One call each of a hundred grains at once. Per call.</summary>
    [Benchmark(OperationsPerInvoke = AtOnce)]
    public Task<int[]> ManyGrains() => Task.WhenAll(_grains.Select(grain => grain.AnswerAsync(1)));
}

/// <summary>A grain that answers.</summary>
public interface IAnswer : IGrainWithStringKey
{
    /// <summary>Answers with what was asked.</summary>
    Task<int> AnswerAsync(int value);
}

/// <inheritdoc cref="IAnswer" />
public sealed class AnswerGrain : Grain, IAnswer
{
    /// <inheritdoc />
    public Task<int> AnswerAsync(int value) => Task.FromResult(value);
}
