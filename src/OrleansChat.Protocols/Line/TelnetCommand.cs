namespace OrleansChat.Protocols.Line;

/// <summary>What became of a byte within a telnet command.</summary>
internal enum TelnetStep
{
    /// <summary>It belongs to the command.</summary>
    Taken,

    /// <summary>What began is no telnet command; the byte does not belong to it.</summary>
    NotTelnet,
}

/// <summary>
/// Follows one telnet command (RFC 854, 855) to its end. Negotiations are not answered: a client that hears nothing keeps to a plain
/// network terminal. Only what a telnet client may send counts, so that stray bytes do not swallow the text after them.
/// </summary>
internal sealed class TelnetCommand
{
    /// <summary>IAC: begins a command.</summary>
    public const byte Begin = 255;

    private const byte FirstCommand = 236;
    private const byte EndOfSubnegotiation = 240;
    private const byte LastPlain = 249;
    private const byte Subnegotiation = 250;
    private const byte Will = 251;
    private const byte Wont = 252;
    private const byte Do = 253;
    private const byte Dont = 254;
    private const byte Options = 50;
    private const byte PlainOptions = 32;
    private const int LongestSubnegotiation = 256;

    private State _state;
    private byte _verb;
    private int _length;

    private enum State
    {
        Closed,
        Command,
        Option,
        Parameters,
        ParametersCommand,
    }

    /// <summary>Whether a command has begun and not ended.</summary>
    public bool IsOpen => _state != State.Closed;

    /// <summary>The byte <see cref="Begin"/> was read.</summary>
    public void Open() => _state = State.Command;

    /// <summary>Takes the next byte of the open command.</summary>
    public TelnetStep Take(byte next)
    {
        switch (_state)
        {
            case State.Command when next is >= FirstCommand and <= LastPlain and not EndOfSubnegotiation:
                return Close();
            case State.Command when next is >= Subnegotiation and not Begin:
                _verb = next;
                _state = State.Option;
                return TelnetStep.Taken;
            case State.Option when IsOption(next):
                _length = 0;
                _state = _verb == Subnegotiation ? State.Parameters : State.Closed;
                return TelnetStep.Taken;
            case State.Parameters when ++_length <= LongestSubnegotiation:
                _state = next == Begin ? State.ParametersCommand : State.Parameters;
                return TelnetStep.Taken;
            case State.ParametersCommand when next == EndOfSubnegotiation:
                return Close();
            case State.ParametersCommand when next == Begin:
                _state = State.Parameters;
                return TelnetStep.Taken;
            default:
                _state = State.Closed;
                return TelnetStep.NotTelnet;
        }
    }

    private TelnetStep Close()
    {
        _state = State.Closed;
        return TelnetStep.Taken;
    }

    // No option has the number of a line end. Refusals answer an offer, and none was made: of them only the options below the
    // printable characters are taken for telnet.
    private bool IsOption(byte option) =>
        option is not ((byte)'\n' or (byte)'\r') && option < (_verb is Wont or Dont ? PlainOptions : Options);
}
