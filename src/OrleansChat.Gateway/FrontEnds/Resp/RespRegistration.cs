using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansChat.Gateway.FrontEnds.Resp.Commands;
using OrleansChat.Gateway.FrontEnds.Resp.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>Registers the RESP door and opens it on a port of its own.</summary>
public static class RespRegistration
{
    /// <summary>Lets a port speak Redis' protocol.</summary>
    public static void UseChatResp(this ListenOptions listen) => listen.UseConnectionHandler<RespDoor>();

    internal static void AddChatResp(this IServiceCollection services)
    {
        services.AddSingleton<FeedServices>();
        services.AddSingleton<UserFeeds>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<MessageFinder>();
        services.AddSingleton<FeedReceipts>();
        services.AddSingleton<People>();
        services.AddSingleton<RespClients>();
        services.AddSingleton<ConnectionCommands>();
        services.AddSingleton<ListenerCommands>();
        services.AddSingleton<ServerCommands>();
        services.AddSingleton<ImUsers>();
        services.AddSingleton<ImGroups>();
        services.AddSingleton<ImSends>();
        services.AddSingleton<ImFeeds>();
        services.AddSingleton<RespCommands>();
        services.AddSingleton<RespDoor>();
    }
}
