using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace OrleansChat.Protocols.WebSockets;

/// <summary>
/// Takes text messages out of what a client sends over a WebSocket, as many as are there, each ended by LF: one connection's next commands
/// are read together however many frames they came in. Bounded by the longest message and <see cref="Batch"/>; holds memory only while
/// there is something in it. Pure: what is to be answered (ping, close) is told, not sent.
/// </summary>
/// <param name="maxMessage">The longest message, in bytes.</param>
/// <param name="each">
/// For protocols whose messages are no lines: takes binary messages too, which may hold LF, and tells by <see cref="Ends"/> where each ends.
/// </param>
public sealed class WebSocketLines(int maxMessage, bool each = false) : IDisposable
{
    /// <summary>With so many bytes of whole messages no more are taken, so that they are worked on first.</summary>
    public const int Batch = 16 * 1024;

    private const int FirstBuffer = 4096;

    /// <summary>Room for so many ends is kept when there is nothing.</summary>
    private const int KeptEnds = 16;

    private readonly byte[] _start = new byte[WebSocketHeader.MaxLength];
    private readonly List<WebSocketMessage>? _ends = each ? [] : null;
    private byte[]? _control;
    private byte[]? _ping;
    private byte[] _buffer = [];
    private int _whole;
    private int _end;
    private int _started;
    private int _controlled;
    private WebSocketHeader _header;
    private long _left;
    private bool _inFrame;
    private bool _inMessage;
    private bool _isBinary;

    /// <summary>The whole messages that were taken, each with LF behind it. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Messages => _buffer.AsMemory(0, _whole);

    /// <summary>Where each of these messages ends and what it is; empty for protocols of lines.</summary>
    public IReadOnlyList<WebSocketMessage> Ends => _ends is null ? [] : _ends;

    /// <summary>The client has closed: nothing more comes.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>What the client did wrong; nothing more is taken then.</summary>
    public WebSocketFault Fault { get; private set; }

    /// <summary>Takes what it can and returns how many bytes that was.</summary>
    public long Take(ReadOnlySequence<byte> input)
    {
        long taken = 0;
        foreach (ReadOnlyMemory<byte> segment in input)
        {
            ReadOnlySpan<byte> rest = segment.Span;
            while (!rest.IsEmpty && CanTake())
            {
                int used = _inFrame ? TakePayload(rest) : TakeHeader(rest);
                rest = rest[used..];
                taken += used;
            }

            if (!rest.IsEmpty)
            {
                break;
            }
        }

        return taken;
    }

    /// <summary>The payload of the last ping since this was last asked; null when there was none.</summary>
    public byte[]? TakePing()
    {
        byte[]? ping = _ping;
        _ping = null;
        return ping;
    }

    /// <summary>Forgets the whole messages.</summary>
    public void Clear()
    {
        _buffer.AsSpan(_whole, _end - _whole).CopyTo(_buffer);
        _end -= _whole;
        _whole = 0;
        ClearEnds();
        if (_end == 0)
        {
            Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _whole = _end = 0;
        }
    }

    private bool CanTake() => Fault == WebSocketFault.None && !IsClosed && _whole < Batch;

    private int TakeHeader(ReadOnlySpan<byte> bytes)
    {
        int used = 0;
        int wanted = _started < 2 ? 2 : WebSocketHeader.LengthOf(_start[1]);
        while (used < bytes.Length && _started < wanted)
        {
            _start[_started++] = bytes[used++];
            if (_started == 2)
            {
                wanted = WebSocketHeader.LengthOf(_start[1]);
            }
        }

        if (_started == wanted && wanted > 2)
        {
            _started = 0;
            BeginFrame(wanted);
        }
        else if (_started == wanted)
        {
            // Without even a mask.
            Fault = WebSocketFault.Protocol;
        }

        return used;
    }

    private void BeginFrame(int length)
    {
        if (!WebSocketHeader.TryRead(_start.AsSpan(0, length), out _header)
            || (!_header.IsControl && _inMessage != (_header.Opcode == WebSocketHeader.Continuation)))
        {
            Fault = WebSocketFault.Protocol;
            return;
        }

        if (_header.Opcode == WebSocketHeader.Binary && _ends is null)
        {
            Fault = WebSocketFault.NotText;
            return;
        }

        if (!_header.IsControl && _header.Length > maxMessage - (_end - _whole))
        {
            Fault = WebSocketFault.TooLarge;
            return;
        }

        _left = _header.Length;
        _inFrame = true;
        _controlled = 0;
        if (_header.IsControl)
        {
            _control ??= _header.Length > 0 ? new byte[WebSocketHeader.MaxControl] : null;
        }

        if (_left == 0)
        {
            EndFrame();
        }
    }

    private int TakePayload(ReadOnlySpan<byte> bytes)
    {
        int length = (int)Math.Min(bytes.Length, _left);
        Span<byte> target = _header.IsControl ? _control.AsSpan(_controlled, length) : Room(length);
        bytes[..length].CopyTo(target);
        WebSocketMask.Remove(target, _header.Mask, _header.Length - _left);
        _left -= length;
        if (_header.IsControl)
        {
            _controlled += length;
        }
        else
        {
            _end += length;
        }

        if (_left == 0)
        {
            EndFrame();
        }

        return length;
    }

    private void EndFrame()
    {
        _inFrame = false;
        ReadOnlySpan<byte> control = _control.AsSpan(0, _controlled);
        switch (_header.Opcode)
        {
            case WebSocketHeader.Ping:
                _ping = control.ToArray();
                break;
            case WebSocketHeader.Pong:
                break;
            case WebSocketHeader.Close:
                IsClosed = true;
                Fault = Judge(control);
                break;
            default:
                _isBinary = _header.Opcode == WebSocketHeader.Binary || (_isBinary && _header.Opcode == WebSocketHeader.Continuation);
                _inMessage = !_header.Final;
                if (_header.Final)
                {
                    EndMessage();
                }

                break;
        }
    }

    private void EndMessage()
    {
        if (!_isBinary && !Utf8.IsValid(_buffer.AsSpan(_whole, _end - _whole)))
        {
            Fault = WebSocketFault.NotUtf8;
            return;
        }

        _ends?.Add(new WebSocketMessage(_end, _isBinary));
        Room(1)[0] = (byte)'\n';
        _whole = ++_end;
    }

    private void ClearEnds()
    {
        _ends?.Clear();
        if (_ends?.Capacity > KeptEnds)
        {
            _ends.Capacity = KeptEnds;
        }
    }

    private static WebSocketFault Judge(ReadOnlySpan<byte> close)
    {
        if (close.IsEmpty)
        {
            return WebSocketFault.None;
        }

        int code = close.Length > 1 ? BinaryPrimitives.ReadUInt16BigEndian(close) : 0;
        return code is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)) ? WebSocketFault.Protocol
            : Utf8.IsValid(close[2..]) ? WebSocketFault.None
            : WebSocketFault.NotUtf8;
    }

    private Span<byte> Room(int length)
    {
        if (_end + length > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, Math.Max(_end + length, _buffer.Length * 2)));
            _buffer.AsSpan(0, _end).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        return _buffer.AsSpan(_end, length);
    }
}
