using System.Globalization;
using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Refusals as problem documents (RFC 9457).</summary>
internal static class RestProblem
{
    public const string MediaType = "application/problem+json";

    private const int DefaultRetrySeconds = 1;

    /// <summary>The HTTP status of an error, as the wire contract says.</summary>
    public static int StatusOf(ChatError error) => error.Code switch
    {
        4001 => StatusCodes.Status413PayloadTooLarge,
        >= 4010 and < 4020 => StatusCodes.Status401Unauthorized,
        >= 4030 and < 4040 => StatusCodes.Status403Forbidden,
        >= 4040 and < 4050 => StatusCodes.Status404NotFound,
        >= 4090 and < 4100 => StatusCodes.Status409Conflict,
        4290 => StatusCodes.Status429TooManyRequests,
        >= 4000 and < 5000 => StatusCodes.Status400BadRequest,
        5030 => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Where the docs explain an error: the problem's type.</summary>
    public static string TypeOf(ChatError error) => $"{RestEndpoints.Docs}#{error.Name}";

    public static async Task WriteAsync(HttpResponse response, RestAnswer refusal)
    {
        ChatError error = refusal.Error!;
        int status = refusal.RefusedWith ?? StatusOf(error);
        response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (error.Code == ChatError.RateLimited.Code || error.Code == ChatError.Unavailable.Code)
        {
            int seconds = refusal.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : DefaultRetrySeconds;
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var problem = new Problem
        {
            Type = TypeOf(error),
            Title = ChatError.Of(error.Code).Message,
            Status = status,
            Detail = error.Message,
            Code = error.Code,
            Name = error.Name,
            Retry = error.Retry,
        };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(problem, RestJson.Default.Problem);
        response.ContentType = MediaType;
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json);
    }
}
