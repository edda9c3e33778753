using System.Buffers;
using System.Buffers.Text;

namespace OrleansChat.Protocols.Resp;

/// <summary>What a look at the input found.</summary>
public enum RespStatus
{
    /// <summary>The rest of a request has not come yet.</summary>
    More,

    /// <summary>A whole request.</summary>
    Request,

    /// <summary>Something that is no request; <see cref="RespRequestReader.Error"/> says what. Nothing after it can be understood.</summary>
    Error,
}

/// <summary>
/// Reads requests as Redis' protocol has them: arrays of bulk strings (the same in RESP2 and RESP3), or inline, words on a line.
/// Remembers what it has read of a request, so that input in small pieces is not read again and again. Pure: no I/O, no clock.
/// </summary>
/// <remarks>Defined by the Redis serialization protocol specification.</remarks>
public sealed class RespRequestReader(RespLimits limits)
{
    private const int None = -1;

    private readonly List<byte[]> _arguments = [];
    private RespLimits _limits = limits;
    private int _missing;
    private int _bulk = None;
    private long _size;

    /// <summary>What was wrong, as Redis words it after <c>Protocol error: </c>; null while nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>Changes the limits, from the next request on.</summary>
    public void Use(RespLimits limits) => _limits = limits;

    /// <summary>Reads the next request and takes it from the input. Empty lines and empty arrays are passed over.</summary>
    /// <param name="input">What has come; afterwards what is left of it.</param>
    /// <param name="arguments">The request's words, the name first; at least one, and owned by the caller.</param>
    public RespStatus Read(ref ReadOnlySequence<byte> input, out byte[][] arguments)
    {
        arguments = [];
        while (Error is null)
        {
            bool went = _bulk != None ? TakeBulk(ref input)
                : _missing > 0 ? TakeBulkHead(ref input)
                : TakeRequestHead(ref input);
            if (!went)
            {
                return Error is null ? RespStatus.More : RespStatus.Error;
            }

            if (_missing == 0 && _arguments.Count > 0)
            {
                arguments = [.. _arguments];
                _arguments.Clear();
                _size = 0;
                return RespStatus.Request;
            }
        }

        return RespStatus.Error;
    }

    private bool TakeRequestHead(ref ReadOnlySequence<byte> input)
    {
        if (!TakeLine(ref input, "too big inline request", out byte[] line))
        {
            return false;
        }

        if (line is not [(byte)'*', .. var digits])
        {
            return TakeInline(line);
        }

        if (!TryNumber(digits, out long count) || count > _limits.Arguments)
        {
            return Fail("invalid multibulk length");
        }

        _missing = (int)Math.Max(0, count);
        return true;
    }

    private bool TakeInline(byte[] line)
    {
        if (!RespInline.TrySplit(line, _limits.Arguments, out List<byte[]> words))
        {
            return Fail(words.Count >= _limits.Arguments ? "invalid multibulk length" : "unbalanced quotes in request");
        }

        _arguments.AddRange(words);
        return true;
    }

    private bool TakeBulkHead(ref ReadOnlySequence<byte> input)
    {
        if (!TakeLine(ref input, "too big bulk count string", out byte[] line))
        {
            return false;
        }

        if (line is not [(byte)'$', .. var digits])
        {
            return Fail($"expected '$', got '{(line.Length > 0 && line[0] is > 32 and < 127 ? (char)line[0] : ' ')}'");
        }

        if (!TryNumber(digits, out long length) || length < 0 || length > _limits.Bulk || _size + length > _limits.Request)
        {
            return Fail("invalid bulk length");
        }

        _bulk = (int)length;
        return true;
    }

    private bool TakeBulk(ref ReadOnlySequence<byte> input)
    {
        // Nothing is set aside for a length that was only promised.
        if (input.Length < _bulk + 2)
        {
            return false;
        }

        ReadOnlySequence<byte> end = input.Slice(_bulk, 2);
        Span<byte> two = stackalloc byte[2];
        end.CopyTo(two);
        if (!two.SequenceEqual("\r\n"u8))
        {
            return Fail("invalid bulk length");
        }

        _arguments.Add(input.Slice(0, _bulk).ToArray());
        input = input.Slice(end.End);
        _size += _bulk;
        _missing--;
        _bulk = None;
        return true;
    }

    private bool TakeLine(ref ReadOnlySequence<byte> input, string tooLong, out byte[] line)
    {
        line = [];
        if (input.PositionOf((byte)'\n') is not { } end)
        {
            return input.Length > _limits.Line && Fail(tooLong);
        }

        ReadOnlySequence<byte> before = input.Slice(0, end);
        if (before.Length > _limits.Line)
        {
            return Fail(tooLong);
        }

        line = before.ToArray();
        if (line is [.. var text, (byte)'\r'])
        {
            line = text;
        }

        input = input.Slice(input.GetPosition(1, end));
        return true;
    }

    private bool Fail(string error)
    {
        Error = error;
        _arguments.Clear();
        return false;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out long number) =>
        Utf8Parser.TryParse(digits, out number, out int used) && used == digits.Length && digits[0] != (byte)'+';
}
