using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansChat.Load;

/// <summary>Who is told of what a connection receives; always on the connection's reading thread.</summary>
internal interface ILoadPeer
{
    /// <summary>One line that no <see cref="LoadConnection.CallAsync"/> waits for. Returns what is to be answered; empty for nothing.</summary>
    ReadOnlySpan<byte> Received(ReadOnlySpan<byte> line);

    /// <summary>All lines of one read have been received.</summary>
    void Read();

    /// <summary>The connection ended, other than by <see cref="LoadConnection.Dispose"/>.</summary>
    void Ended(string reason);
}

/// <summary>A WebSocket that does as little as possible per message.</summary>
internal sealed class LoadConnection : IDisposable
{
    /// <summary>Ids of sends start here and have ten digits, so that a frame's length never changes; smaller ones are calls.</summary>
    public const long FirstSendId = 1_000_000_000;

    private const int PerAddress = 20_000;
    private static int _opened;

    private readonly Socket _socket;
    private readonly SendQueue _out;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<byte[]>> _calls = [];
    private readonly byte _separator;
    private Awaited? _awaited;
    private byte[] _buffer = new byte[4096];
    private List<byte>? _fragments;
    private ILoadPeer? _peer;
    private long _lastCall;
    private bool _disposed;

    private LoadConnection(Socket socket, byte separator)
    {
        _socket = socket;
        _separator = separator;
        _out = new SendQueue(socket);
    }

    /// <summary>The connection's address in its server's words, where it has one.</summary>
    public string Address { get; set; } = "";

    public static Task<LoadConnection> ConnectAsync(Uri url, string token, CancellationToken cancel) => ConnectAsync(Opening.Native(url, token), cancel);

    public static async Task<LoadConnection> ConnectAsync(Opening opening, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new LoadConnection(socket, opening.Separator);
        try
        {
            BindLoopback(socket, opening.Url);
            await socket.ConnectAsync(opening.Url.Host, opening.Url.Port, cancel);
            var (filled, start) = await Handshake.RunAsync(socket, opening, connection._buffer, cancel);
            var hello = opening.Hello is { } text ? connection.Await(text) : null;
            _ = connection.ReadAsync(filled, start);
            if (hello is not null)
            {
                await hello.Line.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Attach(ILoadPeer peer) => _peer = peer;

    /// <summary>Queues a frame; <see cref="Flush"/> sends what is queued in one write.</summary>
    public void Queue(ReadOnlySpan<byte> frame) => _out.Add(frame);

    public void Flush() => _out.Flush();

    /// <summary>Sends a command, given without its braces and id, and returns the whole reply.</summary>
    public async Task<string> CallAsync(string command, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _lastCall);
        var reply = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = reply;
        Queue(FrameWriter.Frame(FrameWriter.Text, Encoding.UTF8.GetBytes($$"""{"id":{{id}},{{command}}}""")));
        Flush();
        var json = await reply.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
        return Scan.IsError(json) ? throw new LoadException($"{command} was refused: {Encoding.UTF8.GetString(json)}") : Encoding.UTF8.GetString(json);
    }

    /// <summary>Sends a text and returns the next line that has <paramref name="wanted"/> in it. One at a time.</summary>
    public async Task<string> UntilAsync(string text, string wanted, CancellationToken cancel)
    {
        var awaited = Await(wanted);
        Queue(FrameWriter.Frame(FrameWriter.Text, Encoding.UTF8.GetBytes(text)));
        Flush();
        return await awaited.Line.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
    }

    public void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
    }

    // One address has ports for some 28,000 connections to a server; 127.0.0.0/8 has more addresses.
    private static void BindLoopback(Socket socket, Uri url)
    {
        if (IPAddress.TryParse(url.Host, out var host) && host.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(host))
        {
            var last = 1 + (Interlocked.Increment(ref _opened) / PerAddress % 250);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)last]), 0));
        }
    }

    private Awaited Await(string wanted)
    {
        var awaited = new Awaited(Encoding.UTF8.GetBytes(wanted), new(TaskCreationOptions.RunContinuationsAsynchronously));
        Volatile.Write(ref _awaited, awaited);
        return awaited;
    }

    private async Task ReadAsync(int filled, int start)
    {
        string reason;
        try
        {
            while (true)
            {
                var used = start + Parse(_buffer.AsSpan(start, filled - start), out var closed);
                if (closed is not null)
                {
                    reason = closed;
                    break;
                }

                filled -= used;
                start = 0;
                _buffer.AsSpan(used, filled).CopyTo(_buffer);
                if (filled == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
                if (read == 0)
                {
                    reason = "broke without a close frame";
                    break;
                }

                // A busy connection gets a larger buffer: fewer reads for the same bytes.
                filled += read;
                if (filled == _buffer.Length && _buffer.Length < 64 << 10)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            reason = broken.Message;
        }

        End(reason);
    }

    private int Parse(ReadOnlySpan<byte> bytes, out string? closed)
    {
        var length = bytes.Length;
        while (FrameReader.TryRead(ref bytes, out var kind, out var final, out var payload))
        {
            if (kind == FrameReader.Close)
            {
                closed = payload.Length < 2 ? "closed without a code"
                    : $"closed with {BinaryPrimitives.ReadUInt16BigEndian(payload)} {Encoding.UTF8.GetString(payload[2..])}";
                return 0;
            }

            if (kind == FrameReader.Ping)
            {
                Queue(FrameWriter.Frame(FrameWriter.Pong, payload));
            }
            else if (kind is FrameReader.Text or FrameReader.Continuation)
            {
                Assemble(payload, final);
            }
        }

        closed = null;
        _peer?.Read();

        // Acknowledgements made room for sends: all that one read brought go out in one write.
        Flush();
        return length - bytes.Length;
    }

    private void Assemble(ReadOnlySpan<byte> payload, bool final)
    {
        if (final && _fragments is null)
        {
            Lines(payload);
            return;
        }

        (_fragments ??= []).AddRange(payload);
        if (final)
        {
            var whole = _fragments.ToArray();
            _fragments = null;
            Lines(whole);
        }
    }

    private void Lines(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var end = message.IndexOf(_separator);
            var line = end < 0 ? message : message[..end];
            message = end < 0 ? default : message[(end + 1)..];
            if (!line.IsEmpty)
            {
                Received(line);
            }
        }
    }

    private void Received(ReadOnlySpan<byte> json)
    {
        var peer = _peer;
        if (!_calls.IsEmpty && Scan.Number(json, "\"re\":"u8) is > 0 and < FirstSendId and var id && _calls.TryRemove(id, out var call))
        {
            call.SetResult(json.ToArray());
        }
        else if (Volatile.Read(ref _awaited) is { } awaited && json.IndexOf(awaited.Wanted) >= 0)
        {
            Volatile.Write(ref _awaited, null);
            awaited.Line.SetResult(Encoding.UTF8.GetString(json));
        }
        else if (peer is not null && peer.Received(json) is { IsEmpty: false } answer)
        {
            Queue(FrameWriter.Frame(FrameWriter.Text, answer));
        }
    }

    private void End(string reason)
    {
        var ended = new LoadException($"A connection {reason}.");
        if (_awaited is { } awaited)
        {
            awaited.Line.TrySetException(ended);
            _ = awaited.Line.Task.Exception;
        }

        foreach (var call in _calls.Values)
        {
            call.TrySetException(ended);
        }

        if (!_disposed)
        {
            _peer?.Ended(reason);
        }
    }

    private sealed record Awaited(byte[] Wanted, TaskCompletionSource<string> Line);
}
