using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Answers below <c>/api/v1</c> to what no row of the table stands for.</summary>
internal static class HttpRefusals
{
    public static Task NoSuchEndpointAsync(HttpContext http) =>
        RefuseAsync(http.Response, StatusCodes.Status404NotFound, "There is no such endpoint.");

    /// <summary>For a route of these rows under another method.</summary>
    public static RequestDelegate OtherMethod(IEnumerable<RestEndpoint> rows)
    {
        string allowed = string.Join(", ", rows.Select(row => row.Method));
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
