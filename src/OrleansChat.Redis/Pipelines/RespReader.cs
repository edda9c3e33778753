using System.Buffers.Text;

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

    /// <summary>Whether what comes next is an error. False also when nothing has arrived.</summary>
    public readonly bool IsError => Consumed < _arrived.Length && _arrived[Consumed] == (byte)'-';

    public bool TryError(out ReadOnlySpan<byte> text) => TryLine((byte)'-', out text);

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
