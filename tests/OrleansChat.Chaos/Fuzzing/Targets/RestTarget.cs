using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>JSON bodies of requests, the parameters of commands in them, and what becomes of a message on its way into the log.</summary>
internal static class RestTarget
{
    private const int MaxBody = 4096;
    private static readonly ChatLimits Limits = new() { Text = 512, Attachments = 256 };

    public static FuzzTarget Create() => new(
        "rest",
        [
            "{\"text\":\"hi @bob\",\"replyTo\":3,\"attachments\":[{\"url\":\"x\"}],\"data\":{\"a\":1}}", "{\"conversation\":\"dm:a:b\",\"seq\":12,\"limit\":5}",
            "{\"user\":\"Alice\",\"group\":\"group:x-1\",\"role\":\"admin\",\"members\":[\"a1\",\"b2\"],\"on\":true}", "{\"text\":\"\\ud83d\\ude00 \\ud800\"}", "[1]", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1,\"a\":2}", "\"x\"",
        ],
        [
            "{", "}", "[", "]", "\"", ":", ",", "\"text\":", "\"attachments\":[", "\"data\":{", "\"replyTo\":", "\"conversation\":", "\"user\":", "\"group\":", "\"members\":[", "\"role\":\"owner\"",
            "\"seq\":", "\"limit\":", "\"on\":", "null", "false", "@bob", "@", "dm:a:b", "group:", "\\u2028", "\\n", "\\ud800", "\\\"", " ", "[[[[[[[[", "{\"a\":",
        ],
        Parse);

    private static string Parse(byte[] input)
    {
        JsonElement body;
        try
        {
            var http = new DefaultHttpContext();
            http.Request.ContentType = "application/json";
            http.Request.Body = new MemoryStream(input);
            Task<JsonElement> reading = RequestBody.ReadAsync(http.Request, MaxBody, optional: false);
            FuzzTarget.Demand(reading.IsCompleted, "a body that is there was waited for");
            body = reading.GetAwaiter().GetResult();
        }
        catch (BadArgumentException refused)
        {
            return refused.Message;
        }
        catch (RestRefusalException refused)
        {
            return $"{refused.Answer.RefusedWith}";
        }

        try
        {
            var arguments = new CommandArguments(body);
            string read = string.Concat(Readings(arguments).Select(Outcome));
            return $"{read} {Message(arguments)}";
        }
        catch (BadArgumentException refused)
        {
            return refused.Message;
        }
    }

    private static IEnumerable<Func<object?>> Readings(CommandArguments arguments) =>
    [
        () => arguments.Text("text"), () => arguments.OptionalText("text"), () => arguments.Number("replyTo"), () => arguments.Seq(), () => arguments.OptionalFlag("on"),
        () => arguments.Limit(5, 200), () => arguments.User("user"), () => arguments.Group(), () => arguments.Conversation(), () => arguments.Users("members", 10), () => arguments.Role("role"),
    ];

    private static char Outcome(Func<object?> reading)
    {
        try
        {
            return reading() is null ? '-' : '+';
        }
        catch (BadArgumentException)
        {
            return '!';
        }
    }

    private static string Message(CommandArguments arguments)
    {
        JsonElement? Member(string name) => arguments.Json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
        string? text = arguments.OptionalText("text");
        Result<byte[]> content = MessageContent.Build(text, arguments.Number("replyTo"), Member("attachments"), Member("data"), Limits);
        if (!content.IsOk)
        {
            return content.Error.Message;
        }

        byte[] message = MessageJson.Compose("group:a", 7, "alice", 1_000, MessageTail.Compose("c-1", content.Value));
        FuzzTarget.Demand(!message.Contains((byte)'\n'), "a stored message is more than one line");
        using JsonDocument stored = JsonDocument.Parse(message);
        FuzzTarget.Demand(stored.RootElement.GetProperty("text").GetString() == (text ?? string.Empty), "a text was stored as another one");
        FuzzTarget.Demand(stored.RootElement.EnumerateObject().Select(member => member.Name).Distinct().Count() == stored.RootElement.EnumerateObject().Count(), "a stored message says something twice");
        FuzzTarget.Demand(MessageJson.TryReadHead(message, out MessageHead head) && head.Seq == 7 && head.From.SequenceEqual("alice"u8), "the head of a stored message cannot be read");
        FuzzTarget.Demand(MessageTail.TryReadClientId(head, out ReadOnlySpan<byte> id) && id.SequenceEqual("c-1"u8), "the client id of a stored message cannot be read");
        return $"{FuzzTarget.Magnitude(Encoding.UTF8.GetByteCount(text ?? ""))} {stored.RootElement.EnumerateObject().Count()}";
    }
}
