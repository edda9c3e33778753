using System.Buffers.Text;
using System.Text;

namespace OrleansChat.Conversations;

/// <summary>
/// The form of a stored message: <c>{"conversation":C,"seq":N,"from":U,"at":T,</c> and then the tail, which begins with <c>"kind"</c>.
/// Ids and names need no escaping. The append step builds exactly the same bytes from the same tail.
/// </summary>
public static class MessageJson
{
    private static ReadOnlySpan<byte> BeforeConversation => "{\"conversation\":\""u8;

    private static ReadOnlySpan<byte> BeforeSeq => "\",\"seq\":"u8;

    private static ReadOnlySpan<byte> BeforeFrom => ",\"from\":\""u8;

    private static ReadOnlySpan<byte> BeforeAt => "\",\"at\":"u8;

    private static ReadOnlySpan<byte> BeforeKind => "\"kind\":\""u8;

    /// <summary>Puts a message together from the number and time that storage gave it.</summary>
    public static byte[] Compose(string conversation, long seq, string from, long at, ReadOnlySpan<byte> tail)
    {
        Span<byte> head = stackalloc byte[BeforeConversation.Length + 160 + BeforeSeq.Length + BeforeFrom.Length + BeforeAt.Length + 48];
        int n = 0;
        Put(head, ref n, BeforeConversation);
        n += Encoding.UTF8.GetBytes(conversation, head[n..]);
        Put(head, ref n, BeforeSeq);
        Utf8Formatter.TryFormat(seq, head[n..], out int written);
        n += written;
        Put(head, ref n, BeforeFrom);
        n += Encoding.UTF8.GetBytes(from, head[n..]);
        Put(head, ref n, BeforeAt);
        Utf8Formatter.TryFormat(at, head[n..], out written);
        n += written;
        head[n++] = (byte)',';
        byte[] message = GC.AllocateUninitializedArray<byte>(n + tail.Length);
        head[..n].CopyTo(message);
        tail.CopyTo(message.AsSpan(n));
        return message;
    }

    /// <summary>Reads the fixed members at the beginning of a stored message without parsing the rest. False when it does not have that form.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> message, out MessageHead head)
    {
        head = default;
        int n = 0;
        if (!Skip(message, ref n, BeforeConversation) || !SkipTo(message, ref n, out _)
            || !Skip(message, ref n, BeforeSeq) || !TakeNumber(message, ref n, out long seq)
            || !Skip(message, ref n, BeforeFrom) || !SkipTo(message, ref n, out Range from)
            || !Skip(message, ref n, BeforeAt) || !TakeNumber(message, ref n, out long at)
            || !Skip(message, ref n, ","u8) || !Skip(message, ref n, BeforeKind) || !SkipTo(message, ref n, out Range kind))
        {
            return false;
        }

        head = new MessageHead(seq, at, message[from], message[kind], message[n..]);
        return true;
    }

    private static void Put(Span<byte> target, ref int n, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[n..]);
        n += bytes.Length;
    }

    private static bool Skip(ReadOnlySpan<byte> message, ref int n, ReadOnlySpan<byte> expected)
    {
        if (!message[n..].StartsWith(expected))
        {
            return false;
        }

        n += expected.Length;
        return true;
    }

    // Up to the next quote, which stays: the next expected piece begins with it.
    private static bool SkipTo(ReadOnlySpan<byte> message, ref int n, out Range taken)
    {
        int length = message[n..].IndexOf((byte)'"');
        taken = n..(n + Math.Max(length, 0));
        n += Math.Max(length, 0);
        return length >= 0;
    }

    private static bool TakeNumber(ReadOnlySpan<byte> message, ref int n, out long number)
    {
        if (!Utf8Parser.TryParse(message[n..], out number, out int used))
        {
            return false;
        }

        n += used;
        return true;
    }
}

/// <summary>The fixed members of a stored message.</summary>
public readonly ref struct MessageHead
{
    internal MessageHead(long seq, long at, ReadOnlySpan<byte> from, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> rest)
    {
        Seq = seq;
        At = at;
        From = from;
        Kind = kind;
        Rest = rest;
    }

    /// <summary>The number.</summary>
    public long Seq { get; }

    /// <summary>Unix milliseconds.</summary>
    public long At { get; }

    /// <summary>The sender's name, UTF-8.</summary>
    public ReadOnlySpan<byte> From { get; }

    /// <summary>The kind, UTF-8.</summary>
    public ReadOnlySpan<byte> Kind { get; }

    /// <summary>What follows the kind's value, beginning with its closing quote.</summary>
    public ReadOnlySpan<byte> Rest { get; }
}
