using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Rest.OpenApi;

/// <summary>The OpenAPI document, made once: it is the same for everybody, and making it is no work to give to strangers for nothing.</summary>
internal sealed class OpenApiCache([FromKeyedServices(OpenApiCache.DocumentName)] IOpenApiDocumentProvider provider)
{
    public const string DocumentName = "v1";

    private readonly Lock _gate = new();
    private Task<byte[]>? _document;

    public Task<byte[]> GetAsync()
    {
        lock (_gate)
        {
            // A failed attempt is made anew.
            return _document is null or { IsFaulted: true } or { IsCanceled: true } ? _document = MakeAsync() : _document;
        }
    }

    private async Task<byte[]> MakeAsync()
    {
        OpenApiDocument document = await provider.GetOpenApiDocumentAsync();
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
    }
}

/// <summary>Where the document is.</summary>
internal static class OpenApiEndpoint
{
    public static void MapDocuments(this IEndpointRouteBuilder app) =>
        app.MapGet($"/openapi/{OpenApiCache.DocumentName}.json", static async (HttpContext http) =>
        {
            byte[] document = await http.RequestServices.GetRequiredService<OpenApiCache>().GetAsync();
            RestHeaders.Public(http.Response);
            http.Response.ContentType = MediaTypeNames.Application.Json;
            http.Response.ContentLength = document.Length;
            await http.Response.Body.WriteAsync(document);
        }).ExcludeFromDescription();
}
