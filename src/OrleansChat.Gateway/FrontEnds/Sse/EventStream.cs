using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Sse;

/// <summary>Server-Sent Events at <c>GET /api/v1/events</c>: the native events, resumed by <c>Last-Event-ID</c> on any node.</summary>
internal sealed class EventStream(
    SessionRegistry sessions,
    TokenService tokens,
    ChatCommands commands,
    IUserDirectory directory,
    OriginCheck origins,
    RestLimits limits,
    GatewayOptions options,
    TimeProvider time)
{
    public SessionRegistry Sessions { get; } = sessions;

    public ChatCommands Commands { get; } = commands;

    public IUserDirectory Directory { get; } = directory;

    public GatewayOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapGet($"{RestEndpoints.Base}/events", AnswerAsync).RequireCors(BrowserOrigins.Policy).ExcludeFromDescription();

    private async Task AnswerAsync(HttpContext http)
    {
        RestHeaders.Private(http.Response);
        Result<ChatSession> opened;
        try
        {
            opened = await OpenAsync(http);
        }
        catch (StorageUnavailableException)
        {
            opened = ChatError.Unavailable;
        }

        if (!opened.IsOk)
        {
            await RestProblem.WriteAsync(http.Response, opened.Error);
            return;
        }

        await new EventStreamConnection(this, opened.Value, http).RunAsync();
    }

    private async Task<Result<ChatSession>> OpenAsync(HttpContext http)
    {
        if (!origins.Permits(http.Request))
        {
            return ChatError.Forbidden.Because("Pages of this origin may not connect.");
        }

        // EventSource cannot set headers: here, and nowhere else in REST, the token may stand in the query.
        if (ClientRequest.TokenOf(http.Request, "access_token") is not { } token || await tokens.AuthenticateAsync(token) is not { } caller)
        {
            return ChatError.Unauthenticated;
        }

        if (limits.Refuse(caller.User) is not null)
        {
            return ChatError.RateLimited;
        }

        return await Sessions.OpenAsync(caller.Token, ClientRequest.DeviceOf(http.Request));
    }
}
