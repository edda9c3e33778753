using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansChat.Gateway;
using OrleansChat.Gateway.FrontEnds;
using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

namespace OrleansChat.SocketIo.Tests.Echo;

/// <summary>
/// The engine without any chat, in the configuration that the protocol authors' suites expect: an engine that echoes at <c>/engine.io/</c>,
/// and namespaces <c>/</c> and <c>/custom</c> that echo at <c>/socket.io/</c>.
/// </summary>
internal sealed class EchoHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoHost(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Starts the host; port 0 takes a free one.</summary>
    public static async Task<EchoHost> StartAsync(int port = 0, EngineOptions? options = null, GatewayOptions? gateway = null)
    {
        options ??= new EngineOptions
        {
            PingInterval = TimeSpan.FromMilliseconds(300),
            PingTimeout = TimeSpan.FromMilliseconds(200),
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        WebApplication app = builder.Build();
        app.UseWebSockets();
        var origins = new OriginCheck(gateway ?? new GatewayOptions());
        var namespaces = new Dictionary<string, ISocketIoNamespace> { ["/"] = new EchoNamespace(), ["/custom"] = new EchoNamespace() };
        new EngineServer(options, origins, TimeProvider.System, static socket => new EchoEngine(socket), NullLogger<EngineServer>.Instance)
            .Map(app, "/engine.io");
        new EngineServer(
            options,
            origins,
            TimeProvider.System,
            socket => new SocketIoConnection(socket, namespaces, options, TimeProvider.System, NullLogger.Instance),
            NullLogger<EngineServer>.Instance).Map(app, "/socket.io");
        await app.StartAsync();
        return new EchoHost(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
