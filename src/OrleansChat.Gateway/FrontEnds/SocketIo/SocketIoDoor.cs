using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

namespace OrleansChat.Gateway.FrontEnds.SocketIo;

/// <summary>The door for stock Socket.IO v4 clients at <c>/socket.io/</c>, and the page that uses it at <c>/lobby</c>.</summary>
internal sealed class SocketIoDoor
{
    private readonly EngineServer _engine;

    public SocketIoDoor(
        LobbyNamespace lobby, OriginCheck origins, GatewayOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        var namespaces = new Dictionary<string, ISocketIoNamespace>(StringComparer.Ordinal) { ["/"] = lobby };
        var settings = new EngineOptions { MaxPayload = options.Limits.Frame, LogScopes = options.LogScopes };
        ILogger logger = loggers.CreateLogger<SocketIoConnection>();
        _engine = new EngineServer(
            settings, origins, time, socket => new SocketIoConnection(socket, namespaces, settings, time, logger), loggers.CreateLogger<EngineServer>());
        lifetime.ApplicationStopping.Register(_engine.Stop);
    }

    /// <summary>Opens the door.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        _engine.Map(app, "/socket.io");
        app.MapLobbyPage();
    }
}

/// <summary>Registers the door.</summary>
internal static class SocketIoServices
{
    public static void AddChatSocketIo(this IServiceCollection services)
    {
        services.AddSingleton<LobbyGroup>();
        services.AddSingleton<LobbyIdentity>();
        services.AddSingleton<LobbyPresence>();
        services.AddSingleton<SocketRecovery>();
        services.AddSingleton<LobbyServices>();
        services.AddSingleton<LobbyNamespace>();
        services.AddSingleton<SocketIoDoor>();
    }

    public static void MapChatSocketIo(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<SocketIoDoor>().Map(app);
}
