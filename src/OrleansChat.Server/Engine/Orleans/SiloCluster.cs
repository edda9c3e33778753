using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using OrleansChat.Redis;
using OrleansChat.Server.Health;
using OrleansChat.Server.Options;
using StackExchange.Redis;

namespace OrleansChat.Server.Engine;

/// <summary>This process as a member of the cluster.</summary>
internal static class SiloCluster
{
    // Until a silo that was killed is declared dead, its grains answer nobody. That takes three missed probes; one that is only slow and
    // still sends something is spared.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    // Who has said nothing for three of these is silent: see CrashedSilos.
    private static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(5);

    // Redis is given 2 s and may be asked more than once; what takes longer has lost its silo.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    // Milliseconds. A silo that stops says so in Redis, and must not wait long for a Redis that hangs.
    private const int RedisWithin = 2000;

    public static void AddChatCluster(this ISiloBuilder silo, ServerOptions options, RedisAddress redis)
    {
        silo.Services.Configure<SiloOptions>(named => named.SiloName = options.Node);
        silo.Services.Configure<EndpointOptions>(endpoint => Place(endpoint, options.Http));
        silo.Services.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = ProbeTimeout;
            membership.IAmAliveTablePublishTimeout = AliveEvery;
            membership.TableRefreshTimeout = RefreshEvery;
        });
        silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = AnswerWithin);
        silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = ToConfiguration(redis));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, CrashedSilos>();

        // A grain lives where it is first called: there sits somebody who talks in it, or the silo that a gateway reaches it by.
        silo.Services.AddSingleton<PlacementStrategy, PreferLocalPlacement>();
    }

    public static void AddChatCluster(this IClientBuilder client, RedisAddress redis)
    {
        client.Services.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = RefreshEvery);
        client.Services.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = AnswerWithin);
        client.UseRedisClustering(clustering => clustering.ConfigurationOptions = ToConfiguration(redis));
        client.UseConnectionRetryFilter<SiloWait>();
        client.Services.AddSingleton<SiloReach>();
        client.AddGatewayCountChangedHandler(services => services.GetRequiredService<SiloReach>().OnCountChanged);
        client.Services.AddReadinessCheck("silos", (services, cancellation) => services.GetRequiredService<SiloReach>().IsReachedAsync(cancellation));
    }

    private static ConfigurationOptions ToConfiguration(RedisAddress redis)
    {
        ConfigurationOptions configuration = redis.ToConfiguration();
        configuration.ClientName = "orleanschat-members";
        configuration.ConnectTimeout = RedisWithin;
        configuration.AsyncTimeout = RedisWithin;
        configuration.SyncTimeout = RedisWithin;
        return configuration;
    }

    // Free ports, so that several silos fit on one machine. Others find them in Redis.
    private static void Place(EndpointOptions endpoint, ListenAddress http)
    {
        IPAddress address = IPAddress.Any;
        if (http.IsLoopback)
        {
            endpoint.AdvertisedIPAddress = address = IPAddress.Loopback;
        }
        else if (!http.Address.Equals(IPAddress.Any) && !http.Address.Equals(IPAddress.IPv6Any))
        {
            endpoint.AdvertisedIPAddress = address = http.Address;
        }

        using TcpListener silo = new(address, 0);
        using TcpListener gateway = new(address, 0);
        silo.Start();
        gateway.Start();
        endpoint.SiloPort = ((IPEndPoint)silo.LocalEndpoint).Port;
        endpoint.GatewayPort = ((IPEndPoint)gateway.LocalEndpoint).Port;
    }
}
