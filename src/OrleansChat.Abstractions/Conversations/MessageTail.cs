using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OrleansChat.Conversations;

/// <summary>
/// The tail of a message that was sent: <c>"kind":"text","clientId":"ID"</c>, the content members each after a comma, and the closing brace.
/// Its hash is over the content only, so that a repeat can be told from another message under the same client id.
/// </summary>
public static class MessageTail
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private static ReadOnlySpan<byte> BeforeClientId => "\"kind\":\"text\",\"clientId\":\""u8;

    /// <summary>Puts a tail together. <paramref name="content"/> begins with a comma and has no closing brace.</summary>
    public static byte[] Compose(string clientId, ReadOnlySpan<byte> content)
    {
        byte[] tail = GC.AllocateUninitializedArray<byte>(BeforeClientId.Length + clientId.Length + 1 + content.Length + 1);
        BeforeClientId.CopyTo(tail);
        int n = BeforeClientId.Length;
        n += Encoding.ASCII.GetBytes(clientId, tail.AsSpan(n));
        tail[n++] = (byte)'"';
        content.CopyTo(tail.AsSpan(n));
        tail[^1] = (byte)'}';
        return tail;
    }

    /// <summary>The hash (FNV-1a, 64 bits) of a content: stable over processes and versions, for it is stored.</summary>
    public static ulong Hash(ReadOnlySpan<byte> content)
    {
        ulong hash = FnvOffset;
        foreach (byte b in content)
        {
            hash = (hash ^ b) * FnvPrime;
        }

        return hash;
    }

    /// <summary>The client id of a stored message that was sent by <paramref name="user"/>. False for anything else.</summary>
    public static bool TryReadClientId(ReadOnlySpan<byte> message, string user, [NotNullWhen(true)] out string? clientId)
    {
        clientId = null;
        ReadOnlySpan<byte> before = "\",\"clientId\":\""u8;
        if (!MessageJson.TryReadHead(message, out MessageHead head) || !Ascii.Equals(head.From, user) || !head.Rest.StartsWith(before))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = head.Rest[before.Length..];
        clientId = Encoding.ASCII.GetString(rest[..Math.Max(0, rest.IndexOf((byte)'"'))]);
        return true;
    }

    /// <summary>Whether a stored message was sent by <paramref name="user"/> under <paramref name="clientId"/>; then also the hash of its content.</summary>
    public static bool IsSend(ReadOnlySpan<byte> message, ReadOnlySpan<byte> user, ReadOnlySpan<byte> clientId, out ulong hash)
    {
        hash = 0;
        if (!MessageJson.TryReadHead(message, out MessageHead head) || !head.From.SequenceEqual(user) || !head.Kind.SequenceEqual("text"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = head.Rest;
        ReadOnlySpan<byte> before = "\",\"clientId\":\""u8;
        if (!rest.StartsWith(before) || !rest[before.Length..].StartsWith(clientId))
        {
            return false;
        }

        rest = rest[(before.Length + clientId.Length)..];
        if (rest.IsEmpty || rest[0] != (byte)'"')
        {
            return false;
        }

        hash = Hash(rest[1..^1]);
        return true;
    }
}
