using System.Buffers.Text;
using System.Text;

namespace OrleansChat.Redis.Pipelines;

/// <summary>Commands in the Redis protocol, one behind the other in one piece of memory that grows as needed. Not thread-safe.</summary>
internal sealed class RespBuffer
{
    private const int Smallest = 16 * 1024;

    // What one burst needed is not kept for ever.
    private const int LargestKept = 1024 * 1024;

    // Sign, digits, and what surrounds a number.
    private const int LongestNumber = 24;

    private byte[] _bytes = new byte[Smallest];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Begins a command of so many words.</summary>
    public void Command(int words) => Header('*', words);

    public void Bytes(ReadOnlySpan<byte> word)
    {
        Header('$', word.Length);
        Raw(word);
        Raw("\r\n"u8);
    }

    public void Text(string word) => Text(word, string.Empty, default);

    /// <summary>One word out of up to three parts; a separator stands only between two that are not empty.</summary>
    public void Text(string first, string second, char separator)
    {
        int length = Encoding.UTF8.GetByteCount(first) + Encoding.UTF8.GetByteCount(second) + (second.Length > 0 ? 1 : 0);
        Header('$', length);
        Span<byte> free = Reserve(length + 2);
        int at = Encoding.UTF8.GetBytes(first, free);
        if (second.Length > 0)
        {
            free[at++] = (byte)separator;
            at += Encoding.UTF8.GetBytes(second, free[at..]);
        }

        "\r\n"u8.CopyTo(free[at..]);
        Length += at + 2;
    }

    public void Number(long number)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, digits, out int length);
        Bytes(digits[..length]);
    }

    /// <summary>A key of a conversation: <c>{c:ID}:part</c>.</summary>
    public void ConversationKey(string conversation, ReadOnlySpan<byte> part)
    {
        int id = Encoding.UTF8.GetByteCount(conversation);
        Header('$', "{c:}:"u8.Length + id + part.Length);
        Raw("{c:"u8);
        Length += Encoding.UTF8.GetBytes(conversation, Reserve(id));
        Raw("}:"u8);
        Raw(part);
        Raw("\r\n"u8);
    }

    /// <summary>Bytes that are in the protocol already.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Takes back what was written after a length that was read before.</summary>
    public void TakeBack(int length) => Length = length;

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > LargestKept)
        {
            _bytes = new byte[Smallest];
        }
    }

    private void Header(char kind, int number)
    {
        Span<byte> free = Reserve(LongestNumber);
        free[0] = (byte)kind;
        Utf8Formatter.TryFormat(number, free[1..], out int digits);
        "\r\n"u8.CopyTo(free[(1 + digits)..]);
        Length += digits + 3;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }

        return _bytes.AsSpan(Length);
    }
}
