using System.Reflection;

namespace OrleansChat.Gateway.FrontEnds.SocketIo;

/// <summary>
/// The chat page: a few files inside this assembly. The page may run and load nothing but these; what people write is only ever put in as text.
/// </summary>
internal static class LobbyPage
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly (string Path, string File, string Type)[] Files =
    [
        ("/lobby", "lobby.html", "text/html; charset=utf-8"),
        ("/lobby/lobby.css", "lobby.css", "text/css; charset=utf-8"),
        ("/lobby/lobby.js", "lobby.js", "text/javascript; charset=utf-8"),
        ("/lobby/socket.js", "socket.js", "text/javascript; charset=utf-8"),
    ];

    public static void MapLobbyPage(this IEndpointRouteBuilder app)
    {
        foreach ((string path, string file, string type) in Files)
        {
            byte[] content = Read(file);
            app.MapGet(path, context => SendAsync(context, type, content)).ExcludeFromDescription();
        }
    }

    private static Task SendAsync(HttpContext context, string type, byte[] content)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static byte[] Read(string file)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"lobby/{file}")
            ?? throw new InvalidOperationException($"The page's file {file} is not in the assembly.");
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
