using System.Text;
using System.Text.Unicode;

namespace OrleansChat.Protocols.Line;

/// <summary>What the decoder made of the bytes of one line.</summary>
public enum LineKind
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>The line is longer than allowed; what is left of it is discarded.</summary>
    TooLong,

    /// <summary>The line is not valid UTF-8.</summary>
    BadUtf8,
}

/// <summary>One line that came in.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text without its line end; empty unless <paramref name="Kind"/> is <see cref="LineKind.Text"/>.</param>
public readonly record struct LineRead(LineKind Kind, string Text);

/// <summary>
/// Bytes in, lines out: UTF-8 lines that end with LF or CRLF. Telnet commands (RFC 854) between and within the lines are left out. How
/// the bytes are split into pieces makes no difference. Holds nothing between lines, so that an idle connection costs next to no memory.
/// </summary>
public sealed class LineDecoder
{
    /// <summary>The longest line in bytes, without its end and without telnet commands.</summary>
    public const int MaxLength = 4096;

    private const int FirstBuffer = 128;

    private readonly TelnetCommand _telnet = new();
    private byte[] _line = [];
    private int _length;
    private bool _carriageReturn;
    private bool _bad;
    private bool _discarding;

    /// <summary>Whether the last line ended with CRLF, as telnet ends them; its client is answered likewise.</summary>
    public bool EndsWithCarriageReturn { get; private set; }

    /// <summary>Takes bytes off the input up to the end of a line, or up to where it becomes too long. False when the input is used up before.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> input, out LineRead line)
    {
        line = default;
        while (!input.IsEmpty)
        {
            if (_telnet.IsOpen)
            {
                switch (_telnet.Take(input[0]))
                {
                    case TelnetStep.Taken:
                        input = input[1..];
                        continue;
                    case TelnetStep.NotTelnet:
                        // The byte 255 begins no telnet command, and occurs nowhere in UTF-8.
                        _bad = true;
                        break;
                }
            }

            byte next = input[0];
            if (next == TelnetCommand.Begin)
            {
                input = input[1..];
                _telnet.Open();
            }
            else if (next == (byte)'\n')
            {
                input = input[1..];
                if (End() is { } ended)
                {
                    line = ended;
                    return true;
                }
            }
            else
            {
                int run = input.IndexOfAny((byte)'\n', TelnetCommand.Begin);
                ReadOnlySpan<byte> text = run < 0 ? input : input[..run];
                input = input[text.Length..];
                if (!TryAppend(text))
                {
                    line = new LineRead(LineKind.TooLong, string.Empty);
                    return true;
                }
            }
        }

        if (_length == 0)
        {
            _line = [];
        }

        return false;
    }

    /// <summary>The line has ended. Null when it was reported before.</summary>
    private LineRead? End()
    {
        ReadOnlySpan<byte> bytes = _line.AsSpan(0, _length);
        LineRead? line = _discarding ? null
            : _bad || !Utf8.IsValid(bytes) ? new LineRead(LineKind.BadUtf8, string.Empty)
            : new LineRead(LineKind.Text, Encoding.UTF8.GetString(bytes));
        EndsWithCarriageReturn = _carriageReturn;
        _length = 0;
        _carriageReturn = _bad = _discarding = false;
        return line;
    }

    /// <summary>False when the line becomes too long by this, which is said once.</summary>
    private bool TryAppend(ReadOnlySpan<byte> text)
    {
        if (_discarding)
        {
            return true;
        }

        // A carriage return belongs to the line's end only if the line feed follows at once.
        bool returns = text[^1] == (byte)'\r';
        ReadOnlySpan<byte> content = returns ? text[..^1] : text;
        int length = _length + (_carriageReturn ? 1 : 0) + content.Length;
        if (length > MaxLength)
        {
            _discarding = true;
            _length = 0;
            return false;
        }

        if (length > _line.Length)
        {
            Array.Resize(ref _line, Math.Min(MaxLength, Math.Max(FirstBuffer, Math.Max(length, 2 * _line.Length))));
        }

        if (_carriageReturn)
        {
            _line[_length++] = (byte)'\r';
        }

        content.CopyTo(_line.AsSpan(_length));
        _length = length;
        _carriageReturn = returns;
        return true;
    }
}
