using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansChat.Runtime.Activations;

namespace OrleansChat.Runtime.Tests.Support;

/// <summary>One silo in a host, on a clock that the test moves.</summary>
public sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private TestSilo(IHost host, ManualTime time)
    {
        _host = host;
        Time = time;
    }

    public ManualTime Time { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public Recorder Recorder => Services.GetRequiredService<Recorder>();

    internal Silo Silo => Services.GetRequiredService<Silo>();

    public int ActivationCount => Silo.ActivationCount;

    public static async Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null)
    {
        var time = new ManualTime();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<Recorder>();
        builder.UseOrleans(silo =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddMemoryStreams("memory");
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestSilo(host, time);
    }

    public T Grain<T>(string key = "a")
        where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    public IGrainContext? Activation(IAddressable grain) => Silo.Peek(grain.GetGrainId());

    public async Task StopAsync() => await _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
