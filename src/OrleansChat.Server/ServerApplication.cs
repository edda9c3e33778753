using System.Net;
using OrleansChat.Gateway;
using OrleansChat.Gateway.FrontEnds.Line;
using OrleansChat.Gateway.FrontEnds.Resp;
using OrleansChat.Grains;
using OrleansChat.Presence;
using OrleansChat.Redis;
using OrleansChat.Redis.Connections;
using OrleansChat.Server.Health;
using OrleansChat.Server.Logging;
using OrleansChat.Server.Options;
using OrleansChat.Server.Telemetry;
using OrleansChat.Server.Web;

namespace OrleansChat.Server;

/// <summary>The composition: every part of the node, and all listeners on one screen.</summary>
internal static class ServerApplication
{
    // Kestrel waits that long for requests in flight; sessions have been drained before.
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(2);

    public static WebApplication Build(ServerOptions options, RedisAddress redis, Action<IServiceCollection>? replace = null)
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
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopDeadline);

        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new NodeIdentity(options.Node));
        builder.AddChatEngine(options, redis);
        builder.Services.AddChatRedis(redis);
        builder.Services.Configure<RedisOptions>(settings => settings.WaitReplicas = options.WaitReplicas);
        builder.Services.AddChatGrains();
        builder.Services.AddChatGateway(new GatewayOptions
        {
            Guests = options.Guests,
            Origins = [.. options.Origins.Union(options.Peers, StringComparer.OrdinalIgnoreCase)],
            Limits = options.Limits,
            RespKey = options.RespKey,
        });
        builder.Services.AddChatTelemetry(options);
        builder.Services.AddReadinessCheck("redis", (_, cancellation) => RedisCheck.PingAsync(redis, cancellation));
        builder.Services.AddReadinessCheck("node", (services, _) => Task.FromResult(services.GetRequiredService<GatewayLife>().IsReady));

        replace?.Invoke(builder.Services);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.Frame;
            kestrel.Listen(EndPoint(options.Http));
            if (options.Line is { } line)
            {
                kestrel.Listen(EndPoint(line), listener => listener.UseChatLine());
            }

            if (options.Resp is { } resp)
            {
                kestrel.Listen(EndPoint(resp), listener => listener.UseChatResp());
            }
        });

        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.UseCors();
        app.UseWebClient(WebFiles.Read(Path.Combine(AppContext.BaseDirectory, WebFiles.Folder)), new WebPolicies(options.Peers));
        app.MapHealth();
        app.MapMetrics();
        app.MapNodes(options.Peers, options.Guests);
        app.MapChatDoors();
        return app;
    }

    private static IPEndPoint EndPoint(ListenAddress address) => new(address.Address, address.Port);
}
