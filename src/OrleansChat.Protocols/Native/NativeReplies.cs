using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansChat.Protocols.Native;

/// <summary>Writes the replies of the native door.</summary>
public static class NativeReplies
{
    /// <summary><c>{"re":ID,"ok":{...}}</c>.</summary>
    /// <param name="id">The command's id in its JSON form.</param>
    /// <param name="ok">The answer: a JSON object.</param>
    public static byte[] Ok(string id, ReadOnlySpan<byte> ok)
    {
        byte[] reply = GC.AllocateUninitializedArray<byte>(6 + Encoding.UTF8.GetByteCount(id) + 6 + ok.Length + 1);
        "{\"re\":"u8.CopyTo(reply);
        int n = 6 + Encoding.UTF8.GetBytes(id, reply.AsSpan(6));
        ",\"ok\":"u8.CopyTo(reply.AsSpan(n));
        n += 6;
        ok.CopyTo(reply.AsSpan(n));
        reply[^1] = (byte)'}';
        return reply;
    }

    /// <summary><c>{"re":ID,"error":{...}}</c>, without <c>re</c> when the command's id could not be read.</summary>
    public static byte[] Error(string? id, int code, string name, string message, bool retry)
    {
        string re = id is null ? string.Empty : $"\"re\":{id},";
        string text = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(message);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{{re}\"error\":{{\"code\":{code},\"name\":\"{name}\",\"message\":\"{text}\",\"retry\":{(retry ? "true" : "false")}}}}}"));
    }
}
