using System.Buffers.Text;
using System.Text;

namespace OrleansChat.Redis.Pipelines;

/// <summary>
/// Reads replies in the Redis protocol out of what has arrived. Each member answers false when more has to arrive first; then all is read
/// again from the beginning of the reply. Nothing is kept and nothing recurses: what is not expected is an error.
/// </summary>
internal ref struct RespReader(ReadOnlySpan<byte> arrived)
{
    private const int LongestNumber = 20;

    private readonly ReadOnlySpan<byte> _arrived = arrived;

    /// <summary>How much was read.</summary>
    public int Consumed { get; private set; }

    /// <summary>How much was taken for good: it is not read again when more has to arrive first.</summary>
    public int Kept { get; private set; }

    /// <summary>What Redis said instead of the last <see cref="TryOptionalText"/> or <see cref="TryOptionalList"/> that it refused; null when it refused none.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether what comes next is an error. False also when nothing has arrived.</summary>
    public readonly bool IsError => Consumed < _arrived.Length && _arrived[Consumed] == (byte)'-';

    public bool TryError(out ReadOnlySpan<byte> text) => TryLine((byte)'-', out text);

    /// <summary>A word like <c>OK</c>.</summary>
    public bool TryStatus(out ReadOnlySpan<byte> text) => TryLine((byte)'+', out text);

    /// <summary>What was read until now is taken for good.</summary>
    public void Keep() => Kept = Consumed;

    /// <summary>A list of at most so many items. It counts -1 when there is none, or an error stands in its place: see <see cref="Refusal"/>.</summary>
    /// <exception cref="RespException">It is something else, or longer.</exception>
    public bool TryOptionalList(int most, out int count)
    {
        count = -1;
        if (IsError)
        {
            return TryRefusal();
        }

        if (!TryLine((byte)'*', out ReadOnlySpan<byte> line))
        {
            return false;
        }

        long number = Number(line);
        count = number >= -1 && number <= most ? (int)number : throw new RespException("A list has another length than expected.");
        return true;
    }

    /// <summary>A string as long as the connection takes it. There is none when it is nil, or an error stands in its place: see <see cref="Refusal"/>.</summary>
    /// <exception cref="RespException">It is something else.</exception>
    public bool TryOptionalText(out ReadOnlySpan<byte> text, out bool exists)
    {
        text = default;
        exists = false;
        if (IsError)
        {
            return TryRefusal();
        }

        if (_arrived.Length - Consumed >= Nil.Length && _arrived[Consumed..].StartsWith(Nil))
        {
            Consumed += Nil.Length;
            return true;
        }

        return exists = TryText(int.MaxValue, out text);
    }

    /// <summary>A list of at most so many items.</summary>
    /// <exception cref="RespException">It is none, or longer.</exception>
    public bool TryList(int most, out int count)
    {
        count = 0;
        if (!TryLine((byte)'*', out ReadOnlySpan<byte> line))
        {
            return false;
        }

        long number = Number(line);
        count = number >= 0 && number <= most ? (int)number : throw new RespException("A list has another length than expected.");
        return true;
    }

    /// <summary>A string of at most so many bytes.</summary>
    /// <exception cref="RespException">It is none, or longer.</exception>
    public bool TryText(int most, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryLine((byte)'$', out ReadOnlySpan<byte> line))
        {
            return false;
        }

        long length = Number(line);
        if (length < 0 || length > most)
        {
            throw new RespException("A string has another length than expected.");
        }

        if (_arrived.Length - Consumed < length + 2)
        {
            return false;
        }

        text = _arrived.Slice(Consumed, (int)length);
        if (!_arrived.Slice(Consumed + (int)length, 2).SequenceEqual("\r\n"u8))
        {
            throw new RespException("A string does not end where it should.");
        }

        Consumed += (int)length + 2;
        return true;
    }

    /// <summary>A number, or a string that is one.</summary>
    /// <exception cref="RespException">It is neither.</exception>
    public bool TryNumber(out long number)
    {
        number = 0;
        ReadOnlySpan<byte> text;
        if (Consumed < _arrived.Length && _arrived[Consumed] == (byte)'$')
        {
            if (!TryText(LongestNumber, out text))
            {
                return false;
            }
        }
        else if (!TryLine((byte)':', out text))
        {
            return false;
        }

        number = Number(text);
        return true;
    }

    private static ReadOnlySpan<byte> Nil => "$-1\r\n"u8;

    private bool TryRefusal()
    {
        if (!TryError(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        Refusal = Encoding.UTF8.GetString(text);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out int used) && used == text.Length
            ? number
            : throw new RespException("A number was expected.");

    private bool TryLine(byte kind, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (Consumed == _arrived.Length)
        {
            return false;
        }

        if (_arrived[Consumed] != kind)
        {
            throw new RespException($"A reply that begins with '{(char)kind}' was expected.");
        }

        ReadOnlySpan<byte> rest = _arrived[(Consumed + 1)..];
        int end = rest.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        line = rest[..end];
        Consumed += end + 3;
        return true;
    }
}

/// <summary>What arrived is not an answer to what was asked: the connection cannot be used any more.</summary>
internal sealed class RespException(string message) : IOException(message);
