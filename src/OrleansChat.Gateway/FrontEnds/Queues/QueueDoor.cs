using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Tokens;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>One request to a queue.</summary>
/// <param name="Http">The request.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Queue">The group that is used as a queue; that of the list is none.</param>
internal sealed record QueueRequest(HttpContext Http, Caller Caller, ConversationId Queue)
{
    /// <summary>The queue's name.</summary>
    public string Name => Queue.GroupId!;
}

/// <summary>The queue door: groups consumed like queues, over plain HTTP and WebSocket.</summary>
internal sealed class QueueDoor(
    QueueHandlers handlers, QueueTaking taking, QueueStreams streams, QueueSockets sockets, RestPipeline pipeline, TokenService tokens,
    OriginCheck origins, RestLimits limits)
{
    private const string Scheme = "Bearer ";
    private static readonly string[] Prefixes = ["/q", "/p", "/c", "/control", "/stats", "/ws/q"];

    private static ChatError Stranger { get; } = ChatError.Forbidden.Because("Pages of this origin may not connect.");

    /// <summary>Answers a request; null when it has been answered.</summary>
    private delegate Task<RestAnswer?> Handler(QueueRequest request);

    /// <summary>Opens the door.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        On(app, "/q", ("GET", handlers.ListAsync));
        On(app, "/q/{queue}", ("GET", taking.TakeAsync), ("POST", handlers.PostAsync), ("DELETE", handlers.ClearAsync));
        On(app, "/q/{queue}/{key}", ("DELETE", taking.AcknowledgeAsync));
        On(app, "/p/{queue}", ("GET", handlers.PolicyAsync), ("POST", handlers.SetPolicyAsync));
        On(app, "/control/{queue}", ("POST", handlers.ControlAsync));
        On(app, "/stats/{queue}", ("GET", handlers.StatsAsync));
        On(app, "/c/{queue}", ("GET", StreamAsync));
        app.Map("/ws/q/{queue}", http => RunAsync(http, SocketAsync)).ExcludeFromDescription();
        foreach (string prefix in Prefixes)
        {
            app.Map(prefix + "/{**path}", HttpRefusals.NoSuchEndpointAsync).ExcludeFromDescription();
        }
    }

    // Neither EventSource nor a browser's WebSocket can set headers: there, and nowhere else, the token may stand in the query.
    private static string? TokenOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        bool endless = request.Path.StartsWithSegments("/c", StringComparison.OrdinalIgnoreCase)
            || request.Path.StartsWithSegments("/ws", StringComparison.OrdinalIgnoreCase);
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim()
            : !endless ? null
            : request.Query["token"].ToString() is { Length: > 0 } token ? token
            : request.Query["access_token"].ToString() is { Length: > 0 } other ? other
            : null;
    }

    private void On(IEndpointRouteBuilder app, string route, params (string Method, Handler Handler)[] methods)
    {
        foreach ((string method, Handler handler) in methods)
        {
            app.MapMethods(route, [method], http => RunAsync(http, handler)).RequireCors(BrowserOrigins.Policy).ExcludeFromDescription();
        }

        app.Map(route, HttpRefusals.OtherMethod(methods.Select(one => one.Method))).ExcludeFromDescription();
    }

    private async Task<RestAnswer?> StreamAsync(QueueRequest request) =>
        origins.Permits(request.Http.Request) ? await streams.AnswerAsync(request) : Stranger;

    private async Task<RestAnswer?> SocketAsync(QueueRequest request) =>
        origins.Permits(request.Http.Request) ? await sockets.AnswerAsync(request) : Stranger;

    private async Task RunAsync(HttpContext http, Handler handler)
    {
        RestHeaders.Private(http.Response);
        RequestBody.Bound(http);
        RestAnswer? answer = await pipeline.AnswerAsync(http, "A queue", () => AnswerAsync(http, handler));
        if (answer is { } written && !http.Response.HasStarted)
        {
            await RestPipeline.WriteAsync(http.Response, written);
        }
    }

    private async Task<RestAnswer?> AnswerAsync(HttpContext http, Handler handler)
    {
        if (TokenOf(http.Request) is not { } token || await tokens.AuthenticateAsync(token) is not { } caller)
        {
            return ChatError.Unauthenticated;
        }

        if (limits.Refuse(caller.User) is { } pause)
        {
            return (RestAnswer)ChatError.RateLimited with { RetryAfter = pause };
        }

        ConversationId queue = http.Request.RouteValues["queue"] is not string name ? default
            : Names.TryGroup(name, out string? id) ? ConversationId.Group(id)
            : throw new BadArgumentException("This is not a queue's name.");
        return await handler(new QueueRequest(http, caller, queue));
    }
}
