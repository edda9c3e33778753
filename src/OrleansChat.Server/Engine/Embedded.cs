using Orleans.Configuration;
using OrleansChat.Redis;
using OrleansChat.Server.Options;

namespace OrleansChat.Server;

/// <summary>The embedded engine: each process runs the grains that its own connections need, and processes share only Redis.</summary>
internal static class ChatEngine
{
    public const string Name = "Embedded";

    /// <summary>Processes that share only Redis have no way to call each other's grains.</summary>
    public static readonly IReadOnlyList<ServerRole> Roles = [ServerRole.All];

    public static void AddChatEngine(this WebApplicationBuilder builder, ServerOptions options, RedisAddress redis) =>
        builder.UseOrleans(silo =>
        {
            silo.Services.Configure<ClusterOptions>(cluster =>
            {
                // Kept grain state belongs to the service id: the same in both engines.
                cluster.ServiceId = "orleanschat";
                cluster.ClusterId = "orleanschat";
            });
            silo.Services.Configure<SiloOptions>(silo => silo.SiloName = options.Node);
        });
}
