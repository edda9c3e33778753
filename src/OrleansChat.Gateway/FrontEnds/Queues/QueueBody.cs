using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Reads the one member of a body: a form's field or a JSON object's member.</summary>
internal static class QueueBody
{
    private const int MaxFields = 16;

    /// <summary>The member's text; null when it is not there. JSON of another kind than text stands for itself.</summary>
    public static async Task<string?> ReadAsync(HttpRequest request, string name, int maxBytes)
    {
        RequestBody.Bound(request.HttpContext);
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Text(await RequestBody.ReadAsync(request, maxBytes, optional: true), name);
        }

        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        try
        {
            var form = new FormFeature(request, new FormOptions { ValueLengthLimit = maxBytes, KeyLengthLimit = 256, ValueCountLimit = MaxFields });
            IFormCollection fields = await form.ReadFormAsync(request.HttpContext.RequestAborted);
            return fields.TryGetValue(name, out var values) ? values[0] : null;
        }
        catch (InvalidDataException)
        {
            throw TooLarge(maxBytes);
        }
    }

    /// <summary>What a WebSocket client publishes: <c>{"value":..}</c>, or the text as it stands.</summary>
    public static string OfFrame(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 0 && frame[0] == (byte)'{')
        {
            try
            {
                JsonElement json = JsonElement.Parse(frame);
                if (Text(json, "value") is { } value)
                {
                    return value;
                }
            }
            catch (JsonException)
            {
                return Encoding.UTF8.GetString(frame);
            }
        }

        return Encoding.UTF8.GetString(frame);
    }

    private static string? Text(JsonElement json, string name) =>
        !json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));

    private static RestRefusalException TooLarge(int maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, ChatError.TooLarge.Because($"A body has at most {maxBytes} bytes."));
}
