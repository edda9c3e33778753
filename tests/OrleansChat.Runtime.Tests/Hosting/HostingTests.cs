using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansChat.Runtime.Tests.Calls;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Hosting;

public class HostingTests
{
    [Fact]
    public async Task Host_builder_of_either_kind_runs_a_silo()
    {
        using var host = new HostBuilder()
            .ConfigureHostConfiguration(c => c.AddInMemoryCollection([new("Orleans:ClusterId", "mine"), new("Orleans:Name", "first")]))
            .UseOrleans(silo => silo.Services.AddSingleton<Recorder>())
            .Build();
        await host.StartAsync();

        Assert.Equal("x", await host.Services.GetRequiredService<IClusterClient>().GetGrain<IEchoGrain>("a").Echo("x"));
        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        Assert.Equal(("first", "mine"), (details.Name, details.ClusterId));
        await host.StopAsync();
    }

    [Fact]
    public void Silo_is_added_once_however_often_it_is_configured()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo.Configure<ClusterOptions>(o => o.ServiceId = "one"));
        builder.UseOrleans(silo => silo.Configure<ClusterOptions>(o => o.ClusterId = "two"));
        using var host = builder.Build();

        var options = host.Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        Assert.Equal(("one", "two"), (options.ServiceId, options.ClusterId));
        Assert.Single(host.Services.GetServices<IHostedService>());
        Assert.Same(host.Services.GetRequiredService<IGrainFactory>(), host.Services.GetRequiredService<IClusterClient>());
    }

    [Fact]
    public async Task Other_services_may_call_grains_while_they_start_and_stop()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<Recorder>();
        builder.Services.AddHostedService<Caller>();
        builder.UseOrleans();
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal(["start", "stop"], host.Services.GetRequiredService<Recorder>().Events);
    }

    private sealed class Caller(IGrainFactory grains, Recorder recorder) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) => recorder.Note(await grains.GetGrain<IEchoGrain>("a").Echo("start"));

        public async Task StopAsync(CancellationToken cancellationToken) => recorder.Note(await grains.GetGrain<IEchoGrain>("a").Echo("stop"));
    }
}
