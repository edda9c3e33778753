using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.FrontEnds;
using OrleansChat.Gateway.FrontEnds.Line;
using OrleansChat.Gateway.FrontEnds.Native;
using OrleansChat.Gateway.FrontEnds.Queues;
using OrleansChat.Gateway.FrontEnds.Resp;
using OrleansChat.Gateway.FrontEnds.Rest;
using OrleansChat.Gateway.FrontEnds.SignalR;
using OrleansChat.Gateway.FrontEnds.SocketIo;
using OrleansChat.Gateway.FrontEnds.Sse;
using OrleansChat.Gateway.FrontEnds.WebSockets;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tokens;

namespace OrleansChat.Gateway;

/// <summary>Registers the gateway and opens its doors.</summary>
public static class ChatGateway
{
    /// <summary>Adds the gateway. The caller registers the ports, the grains' factory and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddChatGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Limits);
        services.AddSingleton<ConversationFeeds>();
        services.AddSingleton<PresenceWatch>();
        services.AddSingleton<SessionServices>();
        services.AddSingleton<SessionRegistry>();
        services.AddHostedService<IdleSessions>();
        services.AddSingleton<TokenService>();
        services.AddSingleton<UserBudgets>();
        services.AddSingleton<SendBacklog>();
        services.AddSingleton<MessageSender>();
        services.AddSingleton<MessageSearch>();
        services.AddSingleton<MessageCommands>();
        services.AddSingleton<GroupCommands>();
        services.AddSingleton<UserCommands>();
        services.AddSingleton<SessionCommands>();
        services.AddSingleton<ChatCommands>();
        services.AddSingleton<OriginCheck>();
        services.AddSingleton(provider => new DrainGate(() => provider.GetRequiredService<SessionRegistry>().IsDraining));
        services.AddSingleton<NativeDoor>();
        services.AddSingleton<NodeLife>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeLife>());
        services.AddSingleton(provider => new GatewayLife(provider.GetRequiredService<NodeLife>(), provider.GetRequiredService<SessionRegistry>()));
        services.AddChatRest();
        services.AddChatQueues();
        services.AddChatSocketIo();
        services.AddChatLine();
        services.AddBrowserOrigins(options);
        services.AddChatSignalR(options);
        services.AddSingleton<EventStream>();
        services.AddChatResp();
        return services;
    }

    /// <summary>
    /// Comes before the doors, and after what recognises WebSockets: a node that is shutting down begins no session. Who comes in by the native
    /// door is let in here: after a restart everybody does at once, and routing has nothing to say to them.
    /// </summary>
    public static void UseChatDoors(this IApplicationBuilder app)
    {
        app.Use(app.ApplicationServices.GetRequiredService<DrainGate>().PassAsync);
        app.Use(app.ApplicationServices.GetRequiredService<NativeDoor>().PassAsync);
    }

    /// <summary>Lets WebSockets of the native and the Socket.IO door leave the HTTP server once they are upgraded. Comes last before HTTP, after TLS.</summary>
    public static void UseChatHandover(this IConnectionBuilder listener) => listener.Use(ConnectionHandover.Wrap);

    /// <summary>Opens the doors that share the HTTP port.</summary>
    public static void MapChatDoors(this IEndpointRouteBuilder app)
    {
        app.MapChatRest();
        app.ServiceProvider.GetRequiredService<QueueDoor>().Map(app);
        app.MapChatSocketIo();
        app.MapChatSignalR();
        app.ServiceProvider.GetRequiredService<EventStream>().Map(app);

        // Who opens the address in a browser wants to talk.
        app.MapGet("/", () => Results.Redirect("/lobby")).ExcludeFromDescription();
    }
}
