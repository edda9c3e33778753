using System.Buffers.Text;

namespace OrleansChat.Load;

/// <summary>
/// Finds values in the server's JSON by searching for their keys. That is safe here, and only here: every text on the wire
/// is the generator's own and holds no quotes.
/// </summary>
internal static class Scan
{
    public static bool IsMessage(ReadOnlySpan<byte> json) => json.StartsWith("{\"ev\":\"message\""u8) || json.IndexOf("\"ev\":\"message\""u8) >= 0;

    public static bool IsError(ReadOnlySpan<byte> json) => json.IndexOf("\"error\":"u8) >= 0;

    /// <summary>The number after a key such as <c>"seq":</c>; -1 where there is none.</summary>
    public static long Number(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key)
    {
        var at = json.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(json[(at + key.Length)..].TrimStart((byte)' '), out long value, out _) ? value : -1;
    }

    /// <summary>What follows a key such as <c>"text":"</c>, up to the end of the object; empty where there is none.</summary>
    public static ReadOnlySpan<byte> After(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key)
    {
        var at = json.IndexOf(key);
        return at < 0 ? default : json[(at + key.Length)..];
    }
}
