using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansChat.Client.Tests;

/// <summary>A node that does what the test says: each accepted connection is handed to the test.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ScriptedSession> _accepted = Channel.CreateUnbounded<ScriptedSession>();

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Answered instead of the upgrade, where set.</summary>
    public int? RefuseWith { get; set; }

    /// <summary>How many connections came in.</summary>
    public int Connections { get; private set; }

    /// <summary>Answers plain HTTP requests.</summary>
    public RequestDelegate? OnRequest { get; set; }

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedServer(builder.Build());
        server._app.UseWebSockets();
        server._app.Run(server.HandleAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next connection.</summary>
    public async Task<ScriptedSession> AcceptAsync() => await _accepted.Reader.ReadAsync().Soon();

    /// <summary>The next connection, greeted and synced with the summaries given.</summary>
    public async Task<ScriptedSession> AcceptSyncedAsync(string summaries = "", string recovered = "")
    {
        var session = await AcceptAsync();
        await session.HelloAsync();
        await session.AnswerSyncAsync(summaries, recovered);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        while (_accepted.Reader.TryRead(out var session))
        {
            session.Abort();
        }

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await (OnRequest?.Invoke(context) ?? Task.CompletedTask);
            return;
        }

        Connections++;
        if (RefuseWith is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
        var session = new ScriptedSession(socket, context);
        _accepted.Writer.TryWrite(session);
        await session.Ended.Task;
    }
}
