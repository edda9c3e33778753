using System.Net;
using OrleansChat.Presence;
using OrleansChat.Redis;
using OrleansChat.Server.Health;
using OrleansChat.Server.Logging;
using OrleansChat.Server.Options;

namespace OrleansChat.Server;

/// <summary>The composition: every part of the node, and all listeners on one screen.</summary>
internal static class ServerApplication
{
    // Of the 10 s that a stop may take, the rest is for Redis.
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(7);

    public static WebApplication Build(ServerOptions options, RedisAddress redis)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "OrleansChat.Server",
            ContentRootPath = AppContext.BaseDirectory,
        });

        // Options come from one place, see SettingSource; ASPNETCORE_URLS and the like would be a second.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls();
        builder.Logging.AddChatConsole(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddSingleton(new NodeIdentity(options.Node));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainDeadline);

        builder.AddChatEngine(options, redis);
        builder.AddChatParts(options, redis);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.Frame;
            kestrel.Listen(EndPoint(options.Http));
        });

        WebApplication app = builder.Build();
        app.MapHealth();
        app.MapChatDoors();
        return app;
    }

    private static IPEndPoint EndPoint(ListenAddress address) => new(address.Address, address.Port);
}
