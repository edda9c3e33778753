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

    /// <summary>What stands before what a command answered, and behind it: see <see cref="Ok"/>.</summary>
    public static ReadOnlySpan<byte> BeforeOk => "{\"ok\":"u8;

    public static ReadOnlySpan<byte> AfterOk => "}"u8;

    public static byte[] Flag(bool value) => value ? "true"u8.ToArray() : "false"u8.ToArray();

    public static byte[] Of(CommandResult result) => result.Error is { } error ? Error(error) : Ok(result.Ok.Span);

    public static byte[] Of(LobbySend send, CommandResult result) =>
        send.IsNumbered && result.Error is null ? Encoding.UTF8.GetBytes($"{{\"seq\":{Seq(result.Ok)}}}") : Of(result);

    /// <summary><c>{"ok":...}</c></summary>
    public static byte[] Ok(ReadOnlySpan<byte> json) => [.. BeforeOk, .. json, .. AfterOk];

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

    private static long Seq(ReadOnlyMemory<byte> ok)
    {
        using var answer = JsonDocument.Parse(ok);
        return answer.RootElement.GetProperty("seq").GetInt64();
    }
}
