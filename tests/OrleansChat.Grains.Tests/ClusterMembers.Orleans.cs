using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace OrleansChat.Grains.Tests;

/// <summary>How the silos of a test know of each other: by Redis, as those of a server do, and not by their first one.</summary>
internal static class ClusterMembers
{
    public static void Configure(TestClusterBuilder builder)
    {
        builder.Options.ServiceId = "life";
        builder.Options.UseTestClusterMembership = false;
        builder.AddSiloBuilderConfigurator<Members>();
        builder.AddClientBuilderConfigurator<Members>();
    }

    private sealed class Members : ISiloConfigurator, IClientBuilderConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(1);
            });
            siloBuilder.UseRedisClustering(clustering => clustering.ConfigurationOptions = TwoNodes.Address!.ToConfiguration());
        }

        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder)
        {
            clientBuilder.Services.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
            clientBuilder.UseRedisClustering(clustering => clustering.ConfigurationOptions = TwoNodes.Address!.ToConfiguration());
        }
    }
}
