using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>What requests are answered with.</summary>
internal static class EngineAnswers
{
    /// <summary>Answers a refusal: its status and its JSON body.</summary>
    public static Task RefuseAsync(this HttpContext context, EngineRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        return context.AnswerAsync("application/json", refusal.ToJson());
    }

    /// <summary>Answers a body that no cache may keep.</summary>
    public static async Task AnswerAsync(this HttpContext context, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>Tells a browser that a page of another origin, which <see cref="OriginCheck"/> has let in, may read the answers.</summary>
internal static class EngineCors
{
    public static void Write(HttpContext context)
    {
        string origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            headers.AccessControlAllowMethods = "GET,POST";
            headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
            headers.AccessControlMaxAge = "600";
        }
    }
}
