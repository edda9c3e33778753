using Microsoft.AspNetCore.Http;

namespace OrleansChat.Gateway.FrontEnds;

/// <summary>What the request that opens a connection says of its client.</summary>
internal static class ClientRequest
{
    private const string Bearer = "Bearer ";
    private const int LongestDevice = 100;

    /// <summary>The token: from the header or, since pages cannot set headers for WebSockets and event streams, from the query. Null when there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">What the token is called in the query.</param>
    public static string? TokenOf(HttpRequest request, string query)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : request.Query[query].ToString() is { Length: > 0 } given ? given
            : null;
    }

    /// <summary>The client's program. Shown to the user among their own sessions only; cut, since clients choose it.</summary>
    public static string DeviceOf(HttpRequest request)
    {
        string agent = request.Headers.UserAgent.ToString();
        return agent.Length > LongestDevice ? agent[..LongestDevice] : agent;
    }
}
