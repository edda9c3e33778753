using Microsoft.AspNetCore.SignalR;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The SignalR door: ASP.NET Core's own server at <c>/hub</c>, JSON protocol, all its transports.</summary>
internal static class SignalRServices
{
    private const string Path = "/hub";

    /// <summary>Besides sends, whose number the session bounds itself.</summary>
    private const int OtherInvocations = 32;

    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(40);

    public static IServiceCollection AddChatSignalR(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = options.Limits.Frame;
            hub.MaximumParallelInvocationsPerClient = options.Limits.InFlightSends + OtherInvocations;
            hub.KeepAliveInterval = KeepAliveEvery;
            hub.ClientTimeoutInterval = ClientTimeout;
            hub.SupportedProtocols = ["json"];
        });
        services.AddSingleton<HubLifetimeManager<ChatHub>, HubConnections>();
        services.AddSingleton<IHubProtocolResolver, HubProtocols>();
        services.AddSingleton<HubCommandNames>();
        services.AddSingleton<HubDoor>();

        // It calls every refused command a failure of the server. Those that are have been logged by the command.
        services.Configure<LoggerFilterOptions>(filters =>
            filters.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.Critical));
        return services;
    }

    /// <summary>Opens the door. Who comes in is checked before the hub's own endpoints see the request.</summary>
    public static void MapChatSignalR(this IEndpointRouteBuilder app)
    {
        HubDoor door = app.ServiceProvider.GetRequiredService<HubDoor>();
        HubEndpointConventionBuilder hub = app.MapHub<ChatHub>(Path);
        hub.RequireCors(BrowserOrigins.Policy);
        hub.Add(endpoint =>
        {
            if (endpoint.RequestDelegate is { } next)
            {
                endpoint.RequestDelegate = http => door.AdmitAsync(http, next);
            }
        });
        hub.WithMetadata(new ExcludeFromDescriptionAttribute());
    }
}
