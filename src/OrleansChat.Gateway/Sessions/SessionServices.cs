using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>What every session works with.</summary>
internal sealed class SessionServices(
    ConversationFeeds feeds, PresenceWatch presence, IMessageLog log, IUserDirectory directory, GatewayOptions options, TimeProvider time,
    ILogger<ChatSession> logger)
{
    public ConversationFeeds Feeds { get; } = feeds;

    public PresenceWatch Presence { get; } = presence;

    public IMessageLog Log { get; } = log;

    public IUserDirectory Directory { get; } = directory;

    public GatewayOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
