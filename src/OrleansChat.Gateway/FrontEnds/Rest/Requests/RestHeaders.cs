namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Headers that keep browsers from making more of an answer than it is.</summary>
internal static class RestHeaders
{
    /// <summary>For answers about a person: kept nowhere, taken for nothing but what they say they are.</summary>
    public static void Private(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>For pages that are the same for everybody.</summary>
    public static void Public(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
