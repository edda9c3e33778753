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

    public void Text(string word)
    {
        Span<byte> free = Word(Encoding.UTF8.GetByteCount(word));
        End(free, Encoding.UTF8.GetBytes(word, free));
    }

    /// <summary>One word out of up to three parts, a separator before each but the first; a part that is not there has none.</summary>
    public void Text(string first, string? second, string? third, char separator)
    {
        Span<byte> free = Word(Encoding.UTF8.GetByteCount(first) + Count(second) + Count(third));
        int at = Encoding.UTF8.GetBytes(first, free);
        at = Add(second, free, at, separator);
        End(free, Add(third, free, at, separator));
    }

    public void Number(long number)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, digits, out int length);
        Bytes(digits[..length]);
    }

    /// <summary>A number with a letter behind it.</summary>
    public void Number(long number, byte letter)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, digits, out int length);
        digits[length] = letter;
        Bytes(digits[..(length + 1)]);
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

    private static int Count(string? part) => part is null ? 0 : 1 + Encoding.UTF8.GetByteCount(part);

    private static int Add(string? part, Span<byte> to, int at, char separator)
    {
        if (part is null)
        {
            return at;
        }

        to[at] = (byte)separator;
        return at + 1 + Encoding.UTF8.GetBytes(part, to[(at + 1)..]);
    }

    private Span<byte> Word(int length)
    {
        Header('$', length);
        return Reserve(length + 2);
    }

    private void End(Span<byte> word, int length)
    {
        "\r\n"u8.CopyTo(word[length..]);
        Length += length + 2;
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
