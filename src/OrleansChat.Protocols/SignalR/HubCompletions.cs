using System.Text;
using System.Text.Encodings.Web;

namespace OrleansChat.Protocols.SignalR;

/// <summary>Writes the answers to invocations, in the hub protocol's JSON form.</summary>
public static class HubCompletions
{
    /// <summary><c>{"type":3,"invocationId":ID,"result":{...}}</c> and the end of the message.</summary>
    /// <param name="id">The id in its JSON form.</param>
    /// <param name="result">The result as JSON.</param>
    public static byte[] Result(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result) =>
        [.. "{\"type\":3,\"invocationId\":"u8, .. id, .. ",\"result\":"u8, .. result, (byte)'}', HubInvocation.Separator];

    /// <summary><c>{"type":3,"invocationId":ID,"error":"..."}</c> and the end of the message.</summary>
    /// <param name="id">The id in its JSON form.</param>
    /// <param name="error">What went wrong, in words.</param>
    public static byte[] Error(ReadOnlySpan<byte> id, string error)
    {
        byte[] text = Encoding.UTF8.GetBytes(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(error));
        return [.. "{\"type\":3,\"invocationId\":"u8, .. id, .. ",\"error\":\""u8, .. text, .. "\"}"u8, HubInvocation.Separator];
    }
}
