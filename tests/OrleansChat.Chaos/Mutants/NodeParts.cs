using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Conversations;
using OrleansChat.Presence;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Presence;

namespace OrleansChat.Chaos.Mutants;

/// <summary>Puts a broken part in the place of one of the node's. What is registered last is what the node gets.</summary>
internal static class NodeParts
{
    public static Action<IServiceCollection> Log(Func<IMessageLog, NodeBoard, IMessageLog> broken) => services => services.AddSingleton(provider =>
        broken(ActivatorUtilities.CreateInstance<RedisMessageLog>(provider), provider.GetRequiredService<NodeBoard>()));

    public static Action<IServiceCollection> Sweep { get; } = services => services.AddSingleton<INodeLeases>(provider =>
        ActivatorUtilities.CreateInstance<RecklessSweep>(provider, ActivatorUtilities.CreateInstance<RedisNodeLeases>(provider)));
}
