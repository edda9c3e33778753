using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Reads the one thing that a body says: a form's field or a JSON object's member.</summary>
internal static class QueueBody
{
    private const int MaxFields = 16;
    private const int MaxFieldName = 256;

    /// <summary>The value; null when there is no body of these kinds, or it does not say it.</summary>
    /// <exception cref="BadArgumentException">It is said more than once, or is not JSON.</exception>
    /// <exception cref="RestRefusalException">The body is too large.</exception>
    public static async Task<QueueValue?> ReadAsync(HttpRequest request, string name, int maxBytes)
    {
        if (Is(request, "application/json"))
        {
            JsonElement json = await RequestBody.ReadAsync(request, maxBytes, optional: false);
            return json.TryGetProperty(name, out JsonElement value) ? QueueValue.Of(value) : null;
        }

        return Is(request, "application/x-www-form-urlencoded") ? await ReadFormAsync(request, name, maxBytes) : null;
    }

    /// <summary>One of a few words, in the body or the query.</summary>
    public static async Task<string?> ReadWordAsync(HttpRequest request, string name, int maxBytes) =>
        await ReadAsync(request, name, maxBytes) is { IsJson: false } word ? word.Text : request.Query[name] is [{ } only] ? only : null;

    private static bool Is(HttpRequest request, string mediaType) =>
        request.ContentType is { } type && type.AsSpan().TrimStart().StartsWith(mediaType, StringComparison.OrdinalIgnoreCase);

    private static async Task<QueueValue?> ReadFormAsync(HttpRequest request, string name, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        try
        {
            var form = new FormFeature(
                request, new FormOptions { ValueLengthLimit = maxBytes, KeyLengthLimit = MaxFieldName, ValueCountLimit = MaxFields });
            IFormCollection fields = await form.ReadFormAsync(request.HttpContext.RequestAborted);
            return fields.TryGetValue(name, out StringValues values) switch
            {
                false => null,
                true when values.Count == 1 => new QueueValue(values[0] ?? string.Empty, false),
                true => throw new BadArgumentException($"{name} is there more than once."),
            };
        }
        catch (InvalidDataException)
        {
            throw TooLarge(maxBytes);
        }
    }

    private static RestRefusalException TooLarge(int maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, ChatError.TooLarge.Because($"A body has at most {maxBytes} bytes and {MaxFields} fields."));
}
