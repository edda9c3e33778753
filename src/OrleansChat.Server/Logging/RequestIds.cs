using System.Buffers;

namespace OrleansChat.Server.Logging;

/// <summary>
/// Gives each HTTP request an id: the one that a proxy in front has given it by <c>X-Request-Id</c>, or one of our own. The answer says it, and log
/// lines in JSON carry it; for a WebSocket it stands for the whole connection.
/// </summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    private const int MaxLength = 64;

    private static readonly SearchValues<char> Permitted = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <param name="app">The application.</param>
    /// <param name="scoped">Whether log lines show scopes.</param>
    public static void UseRequestIds(this WebApplication app, bool scoped)
    {
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OrleansChat.Server.Requests");
        app.Use(async (http, next) =>
        {
            if (http.Request.Headers[Header] is [{ Length: > 0 and <= MaxLength } given] && !given.AsSpan().ContainsAnyExcept(Permitted))
            {
                http.TraceIdentifier = given;
            }

            http.Response.Headers[Header] = http.TraceIdentifier;
            using IDisposable? scope = scoped ? logger.BeginScope(new KeyValuePair<string, object?>[] { new("Request", http.TraceIdentifier) }) : null;
            await next(http);
        });
    }
}
