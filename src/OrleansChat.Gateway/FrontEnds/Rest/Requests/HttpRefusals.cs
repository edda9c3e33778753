using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Answers to requests that no endpoint stands for.</summary>
internal static class HttpRefusals
{
    public static Task NoSuchEndpointAsync(HttpContext http) =>
        RefuseAsync(http.Response, StatusCodes.Status404NotFound, "There is no such endpoint.");

    /// <summary>For a route of these rows under another method.</summary>
    public static RequestDelegate OtherMethod(IEnumerable<RestEndpoint> rows) => OtherMethod(rows.Select(row => row.Method));

    /// <summary>For a route that takes these methods only.</summary>
    public static RequestDelegate OtherMethod(IEnumerable<string> methods)
    {
        string allowed = string.Join(", ", methods);
        return http =>
        {
            http.Response.Headers.Allow = allowed;
            return RefuseAsync(http.Response, StatusCodes.Status405MethodNotAllowed, $"This endpoint takes {allowed}.");
        };
    }

    private static Task RefuseAsync(HttpResponse response, int status, string why)
    {
        RestHeaders.Private(response);
        return RestProblem.WriteAsync(response, (RestAnswer)ChatError.BadRequest.Because(why) with { RefusedWith = status });
    }
}
