using Orleans.Configuration;
using OrleansChat.Redis;
using OrleansChat.Server.Engine;
using OrleansChat.Server.Options;

namespace OrleansChat.Server;

/// <summary>The Orleans engine: processes are silos of a cluster, or clients of it, and find each other in Redis.</summary>
internal static class ChatEngine
{
    public const string Name = "Orleans";

    public static readonly IReadOnlyList<ServerRole> Roles = [ServerRole.All, ServerRole.Silo, ServerRole.Gateway];

    public static void AddChatEngine(this WebApplicationBuilder builder, ServerOptions options, RedisAddress redis)
    {
        builder.Services.Configure<ClusterOptions>(cluster =>
        {
            // Kept grain state belongs to the service id: the same in both engines.
            cluster.ServiceId = "orleanschat";
            cluster.ClusterId = "orleanschat";
        });
        // It recommends another garbage collector, and takes its first look for a thread that is late.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        if (options.Role == ServerRole.Gateway)
        {
            builder.UseOrleansClient(client => client.AddChatCluster(redis));
        }
        else
        {
            builder.UseOrleans(silo => silo.AddChatCluster(options, redis));
        }
    }
}
