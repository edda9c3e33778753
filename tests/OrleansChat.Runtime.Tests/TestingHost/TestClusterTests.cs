using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.TestingHost;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.TestingHost;

public interface IWhereGrain : IGrainWithStringKey
{
    Task<string> Where();

    Task<string> HoldWhere(string gate);
}

[Reentrant]
internal sealed class WhereGrain(ILocalSiloDetails silo, Recorder recorder) : Grain, IWhereGrain
{
    public Task<string> Where() => Task.FromResult(silo.Name);

    public async Task<string> HoldWhere(string gate)
    {
        recorder.Note("held");
        await recorder.At(gate);
        recorder.Note("passed");
        return silo.Name;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        recorder.Note($"{silo.Name} {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

public sealed class ClusterSetup : ISiloConfigurator, IHostConfigurator, IClientBuilderConfigurator
{
    public static AsyncLocal<Recorder> Recorder { get; } = new();

    public void Configure(ISiloBuilder siloBuilder)
    {
        siloBuilder.AddMemoryGrainStorageAsDefault();
        siloBuilder.Services.AddSingleton(Recorder.Value!);
    }

    public void Configure(IHostBuilder hostBuilder) => hostBuilder.ConfigureServices(
        (context, services) => services.AddSingleton(new Marker(context.Configuration["mark"]!)));

    public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) => clientBuilder.AddMemoryStreams("client");
}

public sealed record Marker(string Text);

public class TestClusterTests
{
    [Fact]
    public async Task Silos_activate_their_own_grains_and_the_client_uses_the_first()
    {
        await using var cluster = await DeployAsync(2);

        Assert.Equal("Primary", await cluster.Client.GetGrain<IWhereGrain>("a").Where());
        var second = cluster.GetSiloServiceProvider(cluster.SecondarySilos[0].SiloAddress);
        Assert.Equal("Secondary_1", await second.GetRequiredService<IGrainFactory>().GetGrain<IWhereGrain>("a").Where());
        Assert.Equal("here", second.GetRequiredService<Marker>().Text);
        Assert.Equal(cluster.Options.ClusterId, second.GetRequiredService<ILocalSiloDetails>().ClusterId);
        Assert.Equal(
            cluster.Options.ServiceId, second.GetRequiredService<Microsoft.Extensions.Options.IOptions<ClusterOptions>>().Value.ServiceId);
        Assert.Equal("client", cluster.Client.GetStreamProvider("client").Name);
    }

    [Fact]
    public async Task Stopped_silo_ends_its_activations_and_the_client_goes_to_the_next()
    {
        await using var cluster = await DeployAsync(2);
        var grain = cluster.Client.GetGrain<IWhereGrain>("a");
        await grain.Where();

        await cluster.StopSiloAsync(cluster.Primary!);

        Assert.Equal(["Primary ShuttingDown"], ClusterSetup.Recorder.Value!.Events);
        Assert.Equal("Secondary_1", await grain.Where());
        Assert.Null(cluster.Primary);
    }

    [Fact]
    public async Task Killed_silo_runs_no_hook_and_no_continuation_and_fails_its_callers()
    {
        await using var cluster = await DeployAsync(2);
        var recorder = ClusterSetup.Recorder.Value!;
        var grain = cluster.Client.GetGrain<IWhereGrain>("a");
        var held = grain.HoldWhere("gate");
        await Eventually.IsTrue(() => recorder.Count("held") == 1, "held");

        await cluster.KillSiloAsync(cluster.Primary!);
        recorder.Open("gate");

        await Assert.ThrowsAsync<SiloUnavailableException>(() => held.Soon());
        Assert.Equal("Secondary_1", await grain.HoldWhere("gate").Soon());
        Assert.Equal(["held", "held", "passed"], recorder.Events);
    }

    [Fact]
    public async Task Restarted_and_additional_silos_join()
    {
        await using var cluster = await DeployAsync(1);
        var grain = cluster.Client.GetGrain<IWhereGrain>("a");
        await grain.Where();

        var restarted = await cluster.RestartSiloAsync(cluster.Primary!);
        var third = await cluster.StartAdditionalSiloAsync();
        await cluster.WaitForLivenessToStabilizeAsync();

        Assert.Same(restarted, cluster.Primary);
        Assert.Equal([third], cluster.SecondarySilos);
        Assert.Equal("Primary", await grain.Where());
        await cluster.DeactivateAsync(grain);
        Assert.False(cluster.TryGetGrainContext(grain.GetGrainId(), out _));
    }

    [Fact]
    public async Task Cluster_without_silos_refuses_calls()
    {
        await using var cluster = await DeployAsync(1);
        var grain = cluster.Client.GetGrain<IWhereGrain>("a");
        await grain.Where();

        await cluster.KillSiloAsync(cluster.Primary!);

        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Where());
    }

    // Set by the test's own method: a value set inside an awaited one would not reach it.
    private static Task<TestCluster> DeployAsync(short silos)
    {
        ClusterSetup.Recorder.Value = new Recorder();
        return DeployedAsync(silos);
    }

    private static async Task<TestCluster> DeployedAsync(short silos)
    {
        var builder = new TestClusterBuilder(silos)
            .AddSiloBuilderConfigurator<ClusterSetup>()
            .AddClientBuilderConfigurator<ClusterSetup>()
            .ConfigureHostConfiguration(configuration => configuration.AddInMemoryCollection([new("mark", "here")]));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
