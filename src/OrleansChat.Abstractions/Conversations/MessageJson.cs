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
        ReadOnlySpan<byte> rest = message;
        if (!Skip(ref rest, BeforeConversation) || !SkipTo(ref rest, (byte)'"', out _)
            || !Skip(ref rest, BeforeSeq) || !TakeNumber(ref rest, out long seq)
            || !Skip(ref rest, BeforeFrom) || !SkipTo(ref rest, (byte)'"', out ReadOnlySpan<byte> from)
            || !Skip(ref rest, BeforeAt) || !TakeNumber(ref rest, out long at)
            || !Skip(ref rest, ","u8) || !Skip(ref rest, BeforeKind) || !SkipTo(ref rest, (byte)'"', out ReadOnlySpan<byte> kind))
        {
            return false;
        }

        head = new MessageHead(seq, at, from, kind, message[(message.Length - rest.Length)..]);
        return true;
    }

    private static void Put(Span<byte> target, ref int n, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[n..]);
        n += bytes.Length;
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }

    // Leaves the delimiter in place: the next expected piece begins with it, except after the kind.
    private static bool SkipTo(ref ReadOnlySpan<byte> rest, byte delimiter, out ReadOnlySpan<byte> taken)
    {
        int at = rest.IndexOf(delimiter);
        taken = at < 0 ? default : rest[..at];
        rest = at < 0 ? default : rest[at..];
        return at >= 0;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> rest, out long number)
    {
        if (!Utf8Parser.TryParse(rest, out number, out int used))
        {
            return false;
        }

        rest = rest[used..];
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
