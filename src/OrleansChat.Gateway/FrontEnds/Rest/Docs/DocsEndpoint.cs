using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Rest.Docs;

/// <summary>The docs page and its style sheet: no script, nothing from elsewhere.</summary>
internal static class DocsEndpoint
{
    public static void MapDocs(this IEndpointRouteBuilder app)
    {
        Serve(app, RestEndpoints.Docs, "text/html; charset=utf-8", DocsPage.Render());
        Serve(app, DocsStyle.Path, "text/css; charset=utf-8", DocsStyle.Sheet);
    }

    private static void Serve(IEndpointRouteBuilder app, string route, string mediaType, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        app.MapGet(route, http =>
        {
            RestHeaders.Public(http.Response);
            http.Response.ContentType = mediaType;
            http.Response.ContentLength = bytes.Length;
            return http.Response.Body.WriteAsync(bytes).AsTask();
        }).ExcludeFromDescription();
    }
}
