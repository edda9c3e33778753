using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace OrleansChat.Server.Web;

/// <summary>Serves the web client at <c>/</c>. Without a built one every request goes on to the doors.</summary>
internal static class WebClient
{
    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskEachTime = "no-cache";

    /// <summary>Addresses of the doors and of what stands beside them: a page is never the answer there.</summary>
    private static readonly string[] Doors =
        ["/api", "/ws", "/hub", "/socket.io", "/q", "/openapi", "/docs", "/health", "/metrics", "/lobby", "/assets", "/nodes.json"];

    /// <summary>Comes before the endpoints: <c>/</c> is the page's where there is one.</summary>
    public static void UseWebClient(this WebApplication app, WebFiles files, WebPolicies policies)
    {
        if (files.Index is not { } index)
        {
            return;
        }

        app.Use((context, next) =>
            Find(context, files, index) is { } file ? ServeAsync(context, file, policies) : next(context));
    }

    /// <summary>Tells the page which nodes there are: it goes on at another when it loses one.</summary>
    public static void MapNodes(this IEndpointRouteBuilder app, IReadOnlyList<string> peers, bool guests)
    {
        byte[] answer = JsonSerializer.SerializeToUtf8Bytes(new NodeList(peers, guests), WebJson.Default.NodeList);
        app.MapGet("/nodes.json", context =>
        {
            context.Response.Headers.CacheControl = AskEachTime;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            return context.Response.Body.WriteAsync(answer, context.RequestAborted).AsTask();
        }).ExcludeFromDescription();
    }

    private static WebFile? Find(HttpContext context, WebFiles files, WebFile index)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        string path = request.Path.Value ?? "";
        if (path is "/" or "")
        {
            return index;
        }

        if (context.GetEndpoint() is not null)
        {
            return null;
        }

        return files.TryGet(path, out WebFile? file) ? file
            : IsNavigation(request) && !Array.Exists(Doors, door => request.Path.StartsWithSegments(door, StringComparison.OrdinalIgnoreCase)) ? index
            : null;
    }

    /// <summary>Somebody opens an address, rather than a program asking for something that is not there.</summary>
    private static bool IsNavigation(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";

    private static Task ServeAsync(HttpContext context, WebFile file, WebPolicies policies)
    {
        RequestHeaders request = context.Request.GetTypedHeaders();
        WebEncoding encoding = Choose(file, request.AcceptEncoding);
        HttpResponse response = context.Response;
        policies.Write(response.Headers);
        response.Headers.CacheControl = file.IsHashed ? Forever : AskEachTime;
        response.Headers.ETag = encoding.Tag;
        if (file.HasEncodings)
        {
            response.Headers.Vary = HeaderNames.AcceptEncoding;
        }

        if (request.IfNoneMatch.Any(known => known.Tag.Equals("*", StringComparison.Ordinal) || known.Tag.Equals(encoding.Tag, StringComparison.Ordinal)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = file.ContentType;
        response.ContentLength = encoding.Content.Length;
        if (encoding.Name is { } name)
        {
            response.Headers.ContentEncoding = name;
        }

        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(encoding.Content, context.RequestAborted).AsTask();
    }

    private static WebEncoding Choose(WebFile file, IList<StringWithQualityHeaderValue> accepted)
    {
        bool Takes(string name) => accepted.Any(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);
        return file.Brotli is { } brotli && Takes("br") ? brotli
            : file.Gzip is { } gzip && Takes("gzip") ? gzip
            : file.Plain;
    }
}

/// <summary>What <c>/nodes.json</c> says.</summary>
/// <param name="Nodes">Addresses of the nodes as browsers reach them; empty: only the one that was asked.</param>
/// <param name="Guests">Whether people may come in without an account.</param>
internal sealed record NodeList(IReadOnlyList<string> Nodes, bool Guests);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeList))]
internal sealed partial class WebJson : JsonSerializerContext;
