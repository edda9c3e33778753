using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.TestingHost;
using OrleansChat.Presence;
using OrleansChat.Redis;
using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(OrleansChat.Grains.Tests.TwoNodes))]

namespace OrleansChat.Grains.Tests;

/// <summary>Two nodes with grains of their own on one Redis: what the embedded engine makes of a cluster.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    private RedisFixture _redis = null!;
    private TestCluster _cluster = null!;

    internal static RedisAddress? Address { get; private set; }

    public IGrainFactory First => Factory(0);

    public IGrainFactory Second => Factory(1);

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisFixture.StartAsync();
        Address = _redis.Address;
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Node>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private IGrainFactory Factory(int silo) =>
        _cluster.GetSiloServiceProvider(_cluster.Silos[silo].SiloAddress).GetRequiredService<IGrainFactory>();

    private sealed class Node : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddSingleton(new ChatLimits { SignInAttempts = 5 });
            siloBuilder.Services.AddSingleton(new NodeIdentity("test"));
            siloBuilder.Services.AddSingleton(TimeProvider.System);
            siloBuilder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
            siloBuilder.Services.AddChatRedis(Address!);
            siloBuilder.Services.AddChatGrains();
        }
    }
}
