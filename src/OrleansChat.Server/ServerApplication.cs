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
using OrleansChat.Server.Proxies;
using OrleansChat.Server.Telemetry;
using OrleansChat.Server.Tls;
using OrleansChat.Server.Web;

namespace OrleansChat.Server;

/// <summary>The composition: every part of the node, and all listeners on one screen.</summary>
internal static class ServerApplication
{
    // Kestrel waits that long for requests in flight; sessions have been drained before.
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(2);

    // Who takes longer to say what they want only holds a connection.
    private static readonly TimeSpan HeadersPatience = TimeSpan.FromSeconds(10);

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
        if (options.Role.HasDoors())
        {
            builder.Services.AddChatGateway(new GatewayOptions
            {
                Guests = options.Guests,
                Origins = [.. options.Origins.Union(options.Peers, StringComparer.OrdinalIgnoreCase)],
                Limits = options.Limits,
                RespKey = options.RespKey,
                TraceRatio = options.TraceRatio,
                LogScopes = options.LogFormat == LogFormat.Json,
            });
        }
        else
        {
            builder.Services.AddSingleton(options.Limits);
        }

        builder.Services.AddChatTelemetry(options);
        builder.Services.AddChatTls(options);
        builder.Services.AddReadinessCheck("redis", (services, _) => ChatRedis.AnswersAsync(services));
        if (options.Role.HasDoors())
        {
            builder.Services.AddReadinessCheck("node", (services, _) => Task.FromResult(services.GetRequiredService<GatewayLife>().IsReady));
        }

        replace?.Invoke(builder.Services);

        // What a socket has read is worked on, and what is flushed is sent, by the thread that is there: nothing here blocks one.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.Frame;
            kestrel.Limits.RequestHeadersTimeout = HeadersPatience;
            kestrel.Listen(EndPoint(options.Http), listener => listener.UseChatTls(options, Settings.Http).UseChatHandover());
            if (options.Line is { } line)
            {
                kestrel.Listen(EndPoint(line), listener => listener.UseChatTls(options, Settings.Line).UseChatLine());
            }

            if (options.Resp is { } resp)
            {
                kestrel.Listen(EndPoint(resp), listener => listener.UseChatTls(options, Settings.Resp).UseChatResp());
            }
        });

        WebApplication app = builder.Build();
        app.UseRequestIds(options.LogFormat == LogFormat.Json);
        if (options.Role.HasDoors())
        {
            app.UseTrustedProxies(options.TrustedProxies);
            app.UseWebSockets();
            app.UseChatDoors();

            // Said here, they come after the doors that need neither.
            app.UseRouting();
            app.UseAuthorization();
            app.UseCors();
            app.UseWebClient(WebFiles.Read(Path.Combine(AppContext.BaseDirectory, WebFiles.Folder)), new WebPolicies(options.Peers));
            app.MapNodes(options.Peers, options.Guests);
            app.MapChatDoors();
        }

        app.MapHealth();
        app.MapMetrics();
        return app;
    }

    private static IPEndPoint EndPoint(ListenAddress address) => new(address.Address, address.Port);
}
