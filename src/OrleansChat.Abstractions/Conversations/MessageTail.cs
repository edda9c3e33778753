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

    private static ReadOnlySpan<byte> BeforeId => "\",\"clientId\":\""u8;

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

    /// <summary>The client id of a stored message. False for entries that nobody sent.</summary>
    public static bool TryReadClientId(MessageHead head, out ReadOnlySpan<byte> clientId)
    {
        clientId = default;
        if (!head.Rest.StartsWith(BeforeId))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = head.Rest[BeforeId.Length..];
        clientId = rest[..Math.Max(0, rest.IndexOf((byte)'"'))];
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

        if (!TryReadClientId(head, out ReadOnlySpan<byte> id) || !id.SequenceEqual(clientId))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = head.Rest[(BeforeId.Length + id.Length)..];
        hash = Hash(rest[1..^1]);
        return true;
    }
}
