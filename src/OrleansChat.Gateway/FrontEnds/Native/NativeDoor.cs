using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>The native door: JSON lines over a WebSocket at <c>/ws</c>, sub-protocol <c>chat.v1</c>.</summary>
internal sealed class NativeDoor(
    SessionRegistry sessions, TokenService tokens, ChatCommands commands, OriginCheck origins, GatewayOptions options, TimeProvider time,
    ILogger<NativeDoor> logger) : IDisposable
{
    public const string SubProtocol = "chat.v1";

    private readonly NativeKeepAlive _alive = new(time);

    public SessionRegistry Sessions { get; } = sessions;

    public ChatCommands Commands { get; } = commands;

    public GatewayOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>Opens the door.</summary>
    public void Map(IEndpointRouteBuilder app) => app.Map("/ws", AcceptAsync).ExcludeFromDescription();

    /// <summary>Opens the session of a token. The close reason says why not.</summary>
    public async Task<(ChatSession? Session, CloseReason Reason)> OpenAsync(string token, string device)
    {
        TokenClaims? claims;
        try
        {
            claims = await tokens.ReadAsync(token);
        }
        catch (StorageUnavailableException)
        {
            return (null, CloseReason.Stale);
        }

        if (claims is null)
        {
            return (null, CloseReason.BadToken);
        }

        Result<ChatSession> opened = await Sessions.OpenAsync(claims, device);
        CloseReason reason = opened.Error is not { } error ? CloseReason.Gone
            : error.Code == ChatError.Unauthenticated.Code ? CloseReason.BadToken
            : error.Code == ChatError.RateLimited.Code ? CloseReason.TooManySessions
            : Sessions.IsDraining ? CloseReason.Shutdown
            : CloseReason.Stale;
        return (opened.Value, reason);
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("This address speaks WebSocket, sub-protocol chat.v1.", context.RequestAborted);
            return;
        }

        if (!origins.Permits(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        string? protocol = context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol) ? SubProtocol : null;
        string? token = Token(context.Request);
        string device = Device(context.Request);
        // Who reads the log follows a connection by the request that opened it.
        ExecutionContext? flow = Options.LogScopes ? ExecutionContext.Capture() : null;
        await NativeUpgrade.AcceptAsync(context, protocol, (pipe, cut) => RunAsync(pipe, cut, token, device, flow));
    }

    private Task RunAsync(IDuplexPipe pipe, Action cut, string? token, string device, ExecutionContext? flow)
    {
        if (flow is null)
        {
            // Out of the context of the request, which nobody asks for: every task of every message would carry it along.
            using AsyncFlowControl none = ExecutionContext.SuppressFlow();
            return Task.Run(() => RunAsync(pipe, cut, token, device));
        }

        Task running = Task.CompletedTask;
        ExecutionContext.Run(flow, _ => running = RunAsync(pipe, cut, token, device), null);
        return running;
    }

    // What lasts as long as the connection does not hold the token.
    private Task RunAsync(IDuplexPipe pipe, Action cut, string? token, string device)
    {
        var socket = new NativeSocket(pipe, Options.Limits.Frame, cut);
        var connection = new NativeConnection(this, socket);
        _alive.Add(socket);
        return EndAsync(socket, connection, connection.RunAsync(token, device));
    }

    private async Task EndAsync(NativeSocket socket, NativeConnection connection, Task running)
    {
        try
        {
            await running;
        }
        finally
        {
            _alive.Remove(socket);
            connection.Dispose();
            socket.Dispose();
        }
    }

    public void Dispose() => _alive.Dispose();

    private static string? Token(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        const string Bearer = "Bearer ";
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : request.Query["token"].ToString() is { Length: > 0 } query ? query
            : null;
    }

    // Shown to the user among their own sessions only; cut, since clients choose it.
    private static string Device(HttpRequest request) =>
        request.Headers.UserAgent.ToString() is { Length: > 100 } agent ? agent[..100] : request.Headers.UserAgent.ToString();
}
