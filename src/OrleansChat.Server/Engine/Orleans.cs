using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using OrleansChat.Redis;
using OrleansChat.Server.Options;

namespace OrleansChat.Server;

/// <summary>The Orleans engine: this process is a silo of a cluster whose members find each other in Redis.</summary>
internal static class ChatEngine
{
    public const string Name = "Orleans";

    public static readonly IReadOnlyList<ServerRole> Roles = [ServerRole.All, ServerRole.Silo, ServerRole.Gateway];

    public static void AddChatEngine(this WebApplicationBuilder builder, ServerOptions options, RedisAddress redis) =>
        builder.UseOrleans(silo =>
        {
            silo.Services.Configure<ClusterOptions>(cluster =>
            {
                // Kept grain state belongs to the service id: the same in both engines.
                cluster.ServiceId = "orleanschat";
                cluster.ClusterId = "orleanschat";
            });
            silo.Services.Configure<EndpointOptions>(endpoint =>
            {
                // A free port, so that several nodes fit on one machine; no gateway, because every client of the silo is in this process.
                endpoint.SiloPort = FreePort(options.Http.Address);
                endpoint.GatewayPort = 0;
                if (options.Http.IsLoopback)
                {
                    endpoint.AdvertisedIPAddress = IPAddress.Loopback;
                }
            });
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis.ToConfiguration());
        });

    private static int FreePort(IPAddress address)
    {
        using TcpListener listener = new(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
