using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansChat.Runtime.Activations;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.Hosting;

namespace OrleansChat.Runtime.TestingHost;

/// <summary>Makes the hosts of a test cluster.</summary>
internal static class ClusterHosts
{
    public static async Task<InProcessSiloHandle> StartSiloAsync(string name, TestClusterOptions options, IConfiguration configuration)
    {
        var builder = NewHost(configuration);
        var configurators = Make(options.SiloBuilderConfiguratorTypes);
        foreach (var configurator in configurators.OfType<IHostConfigurator>())
        {
            configurator.Configure(builder);
        }

        builder.UseOrleans((_, silo) =>
        {
            foreach (var configurator in configurators.OfType<ISiloConfigurator>())
            {
                configurator.Configure(silo);
            }
        });

        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        var runtime = host.Services.GetRequiredService<Silo>();
        return new InProcessSiloHandle { Name = name, SiloHost = host, Silo = runtime, SiloAddress = runtime.Address };
    }

    public static async Task<IHost> StartClientAsync(ICallRouter router, TestClusterOptions options, IConfiguration configuration)
    {
        var builder = NewHost(configuration);
        var configurators = Make(options.ClientBuilderConfiguratorTypes);
        foreach (var configurator in configurators.OfType<IHostConfigurator>())
        {
            configurator.Configure(builder);
        }

        builder.ConfigureServices((context, services) =>
        {
            services.AddSingleton<IClusterClient>(provider => new GrainFactory(router, provider));
            services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
            var client = new ClientBuilder(services, context.Configuration);
            foreach (var configurator in configurators.OfType<IClientBuilderConfigurator>())
            {
                configurator.Configure(context.Configuration, client);
            }
        });

        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    // Console.CancelKeyPress and the like are the test runner's: the host is started and stopped by the cluster alone.
    private static IHostBuilder NewHost(IConfiguration configuration) => new HostBuilder()
        .ConfigureHostConfiguration(host => host.AddConfiguration(configuration))
        .ConfigureServices(services => services.AddSingleton<IHostLifetime, NoLifetime>());

    private static object[] Make(List<string?> types) =>
        [.. types.Select(name => Activator.CreateInstance(Type.GetType(name!, throwOnError: true)!)!)];

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
