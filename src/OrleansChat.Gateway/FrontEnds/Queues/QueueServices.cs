namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>What the queue door needs besides the REST door's pipeline.</summary>
internal static class QueueServices
{
    public static IServiceCollection AddChatQueues(this IServiceCollection services) => services
        .AddSingleton<QueuePublisher>()
        .AddSingleton<QueueHandlers>()
        .AddSingleton<QueueTaking>()
        .AddSingleton<QueueConsumers>()
        .AddSingleton<QueueStreams>()
        .AddSingleton<QueueSockets>()
        .AddSingleton<QueueDoor>();
}
