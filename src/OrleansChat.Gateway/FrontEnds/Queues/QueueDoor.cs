using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Tokens;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>The queue door: groups consumed like queues, over plain HTTP and WebSocket.</summary>
internal sealed partial class QueueDoor(
    QueueHandlers handlers, QueueStreams streams, TokenService tokens, RestLimits limits, ILogger<QueueDoor> logger)
{
    private delegate Task<RestAnswer?> Handler(HttpContext http, Caller caller, string token, ConversationId queue);

    /// <summary>Opens the door.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        On(app, "GET", "/q", async (_, caller, _, _) => await handlers.ListAsync(caller));
        On(app, "POST", "/q/{queue}", async (http, caller, _, queue) => await handlers.PostAsync(http, caller, queue));
        On(app, "GET", "/q/{queue}", async (http, caller, _, queue) => await handlers.TakeAsync(http, caller, queue));
        On(app, "DELETE", "/q/{queue}", async (_, caller, _, queue) => await handlers.ClearAsync(caller, queue));
        On(app, "DELETE", "/q/{queue}/{key}", async (http, caller, _, queue) => await handlers.AcknowledgeAsync(http, caller, queue));
        On(app, "GET", "/p/{queue}", async (_, caller, _, queue) => await handlers.PolicyAsync(caller, queue));
        On(app, "POST", "/p/{queue}", async (http, caller, _, queue) => await handlers.SetPolicyAsync(http, caller, queue));
        On(app, "POST", "/control/{queue}", async (http, caller, _, queue) => await handlers.ControlAsync(http, caller, queue));
        On(app, "GET", "/stats/{queue}", async (_, caller, _, queue) => await handlers.StatsAsync(caller, queue));
        On(app, "GET", "/c/{queue}", streams.HttpAsync);
        app.Map("/ws/q/{queue}", http => RunAsync(http, streams.WebSocketAsync)).ExcludeFromDescription();
    }

    private static string? TokenOf(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        string header = request.Headers.Authorization.ToString();
        bool streams = request.Path.StartsWithSegments("/c", StringComparison.Ordinal) || request.Path.StartsWithSegments("/ws", StringComparison.Ordinal);
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : !streams ? null
            : request.Query["access_token"].ToString() is { Length: > 0 } token ? token
            : request.Query["token"].ToString() is { Length: > 0 } other ? other
            : null;
    }

    private void On(IEndpointRouteBuilder app, string method, string route, Handler handler) =>
        app.MapMethods(route, [method], http => RunAsync(http, handler)).ExcludeFromDescription();

    private async Task RunAsync(HttpContext http, Handler handler)
    {
        RestHeaders.Private(http.Response);
        RestAnswer? answer = await AnswerAsync(http, handler);
        if (answer is not { } written || http.Response.HasStarted)
        {
            return;
        }

        if (written.Error is not null)
        {
            await RestProblem.WriteAsync(http.Response, written);
            return;
        }

        http.Response.StatusCode = written.Status;
        if (written.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }

        if (!written.Body.IsEmpty)
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = written.Body.Length;
            await http.Response.Body.WriteAsync(written.Body);
        }
    }

    private async Task<RestAnswer?> AnswerAsync(HttpContext http, Handler handler)
    {
        try
        {
            string? token = TokenOf(http.Request);
            if (token is null || await tokens.AuthenticateAsync(token) is not { } caller)
            {
                return ChatError.Unauthenticated;
            }

            if (limits.Refuse(caller.User) is { } pause)
            {
                return (RestAnswer)ChatError.RateLimited with { RetryAfter = pause };
            }

            ConversationId queue = default;
            if (http.Request.RouteValues["queue"] is string name)
            {
                queue = Names.TryGroup(name, out string? id) ? ConversationId.Group(id) : throw new BadArgumentException("This is not a queue's name.");
            }

            return await handler(http, caller, token, queue);
        }
        catch (BadArgumentException refused)
        {
            return ChatError.BadRequest.Because(refused.Message);
        }
        catch (RestRefusalException refused)
        {
            return refused.Answer;
        }
        catch (BadHttpRequestException refused)
        {
            return refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? ChatError.TooLarge : ChatError.BadRequest;
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            LogUnavailable(failure);
            return ChatError.Unavailable;
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A queue's storage did not answer")]
    private partial void LogUnavailable(Exception failure);
}

/// <summary>What the queue door needs.</summary>
internal static class QueueServices
{
    public static IServiceCollection AddChatQueues(this IServiceCollection services) => services
        .AddSingleton<QueuePublisher>()
        .AddSingleton<QueueConsumers>()
        .AddSingleton<QueueStreams>()
        .AddSingleton<QueueHandlers>()
        .AddSingleton<QueueDoor>();
}
