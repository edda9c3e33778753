namespace OrleansChat.Gateway.FrontEnds;

/// <summary>
/// Tells an HTTP request that came to a door which speaks another protocol. Any page can make the browser of somebody on this machine send one
/// to a port of it, with a body of the page's choosing; a door that answered "unknown command" to the head would carry out the body.
/// </summary>
internal static class StrayHttp
{
    /// <summary>Whether a command that no door knows is the first line of a request, or its <c>Host</c> header.</summary>
    /// <param name="name">The first word.</param>
    /// <param name="last">The last word.</param>
    public static bool Is(string name, string last) =>
        last.StartsWith("HTTP/", StringComparison.Ordinal) || name.Equals("Host:", StringComparison.OrdinalIgnoreCase);
}
