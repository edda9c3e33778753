using Microsoft.AspNetCore.Http;

namespace OrleansChat.Gateway.FrontEnds;

/// <summary>
/// Refuses with 503 whatever would begin a session on a node that is shutting down, before anything of it has begun: a load balancer then asks another
/// node, without the client noticing. An upgrade that was accepted could not be taken elsewhere any more.
/// </summary>
internal sealed class DrainGate(Func<bool> isDraining)
{
    public Task PassAsync(HttpContext http, RequestDelegate next)
    {
        if (!isDraining() || !Begins(http))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
        return Task.CompletedTask;
    }

    private static bool Begins(HttpContext http)
    {
        PathString path = http.Request.Path;
        return http.WebSockets.IsWebSocketRequest
            || (path.StartsWithSegments("/hub", StringComparison.OrdinalIgnoreCase) && !http.Request.Query.ContainsKey("id"))
            || (path.StartsWithSegments("/socket.io", StringComparison.OrdinalIgnoreCase) && !http.Request.Query.ContainsKey("sid"));
    }
}
