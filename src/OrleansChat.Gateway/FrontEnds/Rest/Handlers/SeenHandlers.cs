using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Handlers;

/// <summary>What was seen and what not, for programs that ask instead of listening.</summary>
internal static class SeenHandlers
{
    private const string Mark = "mark";

    /// <summary>A page of history, on request with what was seen of it.</summary>
    public static async Task<RestAnswer> ReadAsync(RestRequest request)
    {
        string? seen = request.QueryText(RestParameter.Seen.Name);
        if (seen is null)
        {
            return await request.RunAsync("history");
        }

        if (seen is not ("show" or Mark))
        {
            throw new BadArgumentException("seen must be show or mark.");
        }

        CommandJson conversation = new CommandJson().Add("conversation", request.RouteText("conversation"));
        CommandResult history = await request.ExecuteAsync("history", request.Arguments().Build());
        CommandResult receipts = history.Error is { } unread ? unread : await request.ExecuteAsync("receipts", conversation.Build());
        if (receipts.Error is { } error)
        {
            return error;
        }

        JsonElement page = JsonElement.Parse(history.Ok.Span);
        ReadOnlyMemory<byte> answer = WithSeen(page, JsonElement.Parse(receipts.Ok.Span), request.Caller.User);
        if (seen == Mark && page.GetProperty("messages").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last)
        {
            CommandResult marked = await request.ExecuteAsync("read", conversation.Add("seq", last.GetProperty("seq").GetInt64()).Build());
            if (marked.Error is { } refusal)
            {
                return refusal;
            }
        }

        return new RestAnswer(StatusCodes.Status200OK, answer);
    }

    /// <summary>Unseen direct messages by sender.</summary>
    public static async Task<RestAnswer> UnseenAsync(RestRequest request)
    {
        CommandResult result = await request.ExecuteAsync("conversations", new CommandJson().Add("limit", 200).Build());
        if (result.Error is { } error)
        {
            return error;
        }

        UnseenDocument[] items =
        [
            .. JsonElement.Parse(result.Ok.Span).GetProperty("conversations").EnumerateArray()
                .Where(static summary => summary.TryGetProperty("peer", out _) && summary.GetProperty("unread").GetInt64() > 0)
                .Select(static summary => new UnseenDocument
                {
                    From = summary.GetProperty("peer").GetString()!,
                    Conversation = summary.GetProperty("conversation").GetString()!,
                    Unseen = summary.GetProperty("unread").GetInt64(),
                }),
        ];
        return new RestAnswer(
            StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(new UnseenList { Items = items }, RestJson.Default.UnseenList));
    }

    // The furthest reader counts: in a group a message is seen when anybody else has read it.
    private static ReadOnlyMemory<byte> WithSeen(JsonElement page, JsonElement receipts, string caller)
    {
        long own = 0;
        long others = 0;
        foreach (JsonElement receipt in receipts.GetProperty("items").EnumerateArray())
        {
            long read = receipt.GetProperty("read").GetInt64();
            (own, others) = receipt.GetProperty("user").ValueEquals(caller) ? (read, others) : (own, Math.Max(others, read));
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            foreach (JsonProperty member in page.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (member.Name != "messages")
                {
                    Copy(writer, member.Value);
                    continue;
                }

                writer.WriteStartArray();
                foreach (JsonElement message in member.Value.EnumerateArray())
                {
                    bool isOwn = message.GetProperty("from").ValueEquals(caller);
                    Write(writer, message, message.GetProperty("seq").GetInt64() <= (isOwn ? others : own));
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement message, bool seen)
    {
        writer.WriteStartObject();
        foreach (JsonProperty member in message.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            Copy(writer, member.Value);
        }

        writer.WriteBoolean("seen", seen);
        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
