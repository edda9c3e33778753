using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Presence;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Presence;
using OrleansChat.Redis.Streams;
using OrleansChat.Redis.Users;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Chaos.Mutants;

/// <summary>Puts a broken part in the place of one of the node's. What is registered last is what the node gets.</summary>
internal static class NodeParts
{
    public static Action<IServiceCollection> Log(Func<IMessageLog, NodeBoard, IMessageLog> broken) => services => services.AddSingleton(provider =>
        broken(ActivatorUtilities.CreateInstance<RedisMessageLog>(provider), provider.GetRequiredService<NodeBoard>()));

    /// <summary>Sends go out, and the feeds that would deliver from their answers are others than those that sessions hear.</summary>
    public static Action<IServiceCollection> SenderWithoutFeeds { get; } = services => services.AddSingleton(provider =>
    {
        provider.GetRequiredService<NodeBoard>().CountPlanted();
        return ActivatorUtilities.CreateInstance<MessageSender>(provider, ActivatorUtilities.CreateInstance<ConversationFeeds>(provider));
    });

    public static Action<IServiceCollection> DeafStreams { get; } = services => services.AddKeyedSingleton<IStreamProvider>(
        ChatStreams.Provider, (provider, _) => new DeafStreams(provider.GetRequiredService<RedisStreamProvider>(), provider.GetRequiredService<NodeBoard>()));

    public static Action<IServiceCollection> LateLists { get; } = services => services.AddSingleton<IUserDirectory>(provider =>
        new LateLists(ActivatorUtilities.CreateInstance<RedisUserDirectory>(provider), provider.GetRequiredService<NodeBoard>()));

    public static Action<IServiceCollection> Sweep { get; } = services => services.AddSingleton<INodeLeases>(provider =>
        ActivatorUtilities.CreateInstance<RecklessSweep>(provider, ActivatorUtilities.CreateInstance<RedisNodeLeases>(provider)));
}
