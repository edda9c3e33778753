using Microsoft.AspNetCore.SignalR;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tokens;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>Decides who comes in through the hub, and opens their session.</summary>
internal sealed class HubDoor(
    SessionRegistry sessions,
    TokenService tokens,
    OriginCheck origins,
    ChatCommands commands,
    HubCommandNames names,
    GatewayOptions options,
    TimeProvider time)
{
    public SessionRegistry Sessions { get; } = sessions;

    public ChatCommands Commands { get; } = commands;

    public HubCommandNames Names { get; } = names;

    public GatewayOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    /// <summary>Lets a request pass to the hub's endpoints when its origin and its token are good.</summary>
    public async Task AdmitAsync(HttpContext http, RequestDelegate next)
    {
        if (!origins.Permits(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            if (!await StandsAsync(http.Request))
            {
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                http.Response.Headers.WWWAuthenticate = "Bearer";
                return;
            }
        }
        catch (StorageUnavailableException)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "1";
            return;
        }

        await next(http);
    }

    /// <summary>Opens the session of a connection.</summary>
    public async Task<Result<ChatSession>> OpenAsync(HubCallerContext context)
    {
        HttpRequest request = context.GetHttpContext()?.Request ?? throw new InvalidOperationException("The hub is reached through HTTP only.");
        try
        {
            return TokenOf(request) is { } token && await tokens.ReadAsync(token) is { } claims
                ? await Sessions.OpenAsync(claims, ClientRequest.DeviceOf(request))
                : ChatError.Unauthenticated;
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }
    }

    // Opening the session asks storage whether the token was revoked; the many requests of a long-polling client need not.
    private async Task<bool> StandsAsync(HttpRequest request) =>
        TokenOf(request) is { } token
        && (request.Path.Value!.EndsWith("/negotiate", StringComparison.Ordinal)
            ? await tokens.AuthenticateAsync(token) is not null
            : await tokens.ReadAsync(token) is not null);

    private static string? TokenOf(HttpRequest request) => ClientRequest.TokenOf(request, "access_token");
}
