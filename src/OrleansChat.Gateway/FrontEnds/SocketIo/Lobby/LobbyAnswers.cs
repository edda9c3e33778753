using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>The values of acknowledgements.</summary>
internal static class LobbyAnswers
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Flag(bool value) => value ? "true"u8.ToArray() : "false"u8.ToArray();

    public static byte[] Of(LobbyCommand command, CommandResult result) =>
        result.Error is { } error ? Error(error)
        : command.Answer is { } answer ? Encoding.UTF8.GetBytes(answer(JsonElement.Parse(result.Ok.Span)))
        : Ok(result.Ok.Span);

    /// <summary><c>{"ok":...}</c></summary>
    public static byte[] Ok(ReadOnlySpan<byte> json) => [.. "{\"ok\":"u8, .. json, (byte)'}'];

    /// <summary><c>{"error":{code,name,message,retry}}</c></summary>
    public static byte[] Error(ChatError error)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteNumber("code", error.Code);
            writer.WriteString("name", error.Name);
            writer.WriteString("message", error.Message);
            writer.WriteBoolean("retry", error.Retry);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
