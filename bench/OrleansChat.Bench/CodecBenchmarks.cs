using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansChat.Protocols.Native;
using OrleansChat.Protocols.Resp;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Bench;

/// <summary>A send of so many bytes, as each protocol has it: bytes in, command out.</summary>
public class CodecBenchmarks
{
    private readonly SocketIoDecoder _socketIo = new(new SocketIoLimits());
    private readonly RespRequestReader _resp = new(new RespLimits());
    private byte[] _nativeSend = [];
    private byte[] _socketIoSend = [];
    private byte[] _respSend = [];

    /// <summary>The length of the text.</summary>
    [Params(100, 1000)]
    public int Text { get; set; }

    /// <summary>Makes the input.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var text = new string('x', Text);
        _nativeSend = Encoding.UTF8.GetBytes($$"""{"id":7,"do":"send","conversation":"dm:alice:bob","clientId":"c-17","text":"{{text}}"}""");
        _socketIoSend = Encoding.UTF8.GetBytes($"27[\"private\",\"bob\",\"{text}\"]");
        _respSend = Encoding.UTF8.GetBytes($"*4\r\n$7\r\nIM.SEND\r\n$5\r\nalice\r\n$3\r\nbob\r\n${Text}\r\n{text}\r\n");
    }

    /// <summary>The native door's line.</summary>
    [Benchmark]
    public string Native()
    {
        if (!NativeLine.TryRead(_nativeSend, out var command, out _))
        {
            throw new InvalidOperationException("The line is no command.");
        }

        using (command)
        {
            return command.Command;
        }
    }

    /// <summary>A Socket.IO packet.</summary>
    [Benchmark]
    public SocketIoPacket? SocketIo()
        => _socketIo.Add(_socketIoSend, out var packet) == SocketIoStatus.Packet ? packet : throw new InvalidOperationException("The text is no packet.");

    /// <summary>A RESP request.</summary>
    [Benchmark]
    public byte[][] Resp()
    {
        var input = new ReadOnlySequence<byte>(_respSend);
        return _resp.Read(ref input, out var arguments) == RespStatus.Request ? arguments : throw new InvalidOperationException("The bytes are no request.");
    }
}
