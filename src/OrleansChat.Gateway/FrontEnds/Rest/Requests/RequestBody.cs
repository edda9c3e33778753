using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Reads a request's body as one JSON object, bounded in size and depth. UTF-8, no member twice, nothing after it.</summary>
internal static class RequestBody
{
    private const int MaxDepth = 32;

    // A body that is refused is read away up to here: a connection closed in the middle of it would take the answer along.
    private const int MaxDiscarded = 4 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Sets how much of a body the server reads at all. It counts the marks between chunks too, so this is not the limit of a body.</summary>
    public static void Bound(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = MaxDiscarded;
        }
    }

    /// <summary>The object; an empty one when there is no body and none is needed.</summary>
    /// <exception cref="RestRefusalException">Another media type, or too large.</exception>
    /// <exception cref="BadArgumentException">Not an object of JSON.</exception>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, int maxBytes, bool optional)
    {
        if (optional && IsAbsent(request))
        {
            return JsonElement.Parse("{}"u8);
        }

        RefuseOtherMediaTypes(request);
        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        return await ParseAsync(request.BodyReader, maxBytes, request.HttpContext.RequestAborted);
    }

    private static async Task<JsonElement> ParseAsync(PipeReader reader, int maxBytes, CancellationToken aborted)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(aborted);
            if (read.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge(maxBytes);
            }

            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return Parse(body);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static JsonElement Parse(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            throw new BadArgumentException("The body is not UTF-8.");
        }

        try
        {
            JsonElement json = JsonElement.Parse(body, Strict);
            return json.ValueKind == JsonValueKind.Object ? json : throw new BadArgumentException("The body must be a JSON object.");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate in a member's name, which cannot be compared with the others.
            throw new BadArgumentException($"The body is not valid JSON: an object at most {MaxDepth} deep, with no member twice.");
        }
    }

    private static bool IsAbsent(HttpRequest request) =>
        request.ContentLength is null or 0 && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    private static void RefuseOtherMediaTypes(HttpRequest request)
    {
        bool fits = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!fits)
        {
            throw new RestRefusalException(
                StatusCodes.Status415UnsupportedMediaType, ChatError.BadRequest.Because("The body must be application/json in UTF-8."));
        }
    }

    private static RestRefusalException TooLarge(int maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, ChatError.TooLarge.Because($"A body has at most {maxBytes} bytes."));
}
