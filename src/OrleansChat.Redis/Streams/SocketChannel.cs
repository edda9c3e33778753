using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// A subscription over a connection of our own. The thread that was told of data takes all announcements that have come, lets the next read
/// begin, and then hands them over itself: while observers are busy another thread reads on, and when they are not, nobody else is woken.
/// </summary>
internal sealed class SocketChannel : NodeChannel
{
    /// <summary>What the connection is for, as <c>CLIENT LIST</c> shows it.</summary>
    public const string Purpose = "announcements";

    private const int Room = 64 * 1024;

    // What one long announcement needed is not kept for ever.
    private const int LargestKept = 1024 * 1024;

    private const int LongestWord = 1024;
    private const int Words = 3;

    // So many reads that found more at once are not waited for to end before observers hear of them.
    private const int ReadsAtOnce = 4;

    private readonly RedisControl _control;
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receiving = new(true);
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _longest;
    private byte[] _buffer = new byte[Room];
    private int _length;

    // Takes over a connection that is signed in and has nothing under way.
    private SocketChannel(RedisControl control, Dispatcher dispatcher)
        : base(dispatcher)
    {
        _control = control;
        _socket = control.Socket;
        _receiving.Completed += (_, _) => OnReceived();

        // What could never wait to be handed over need not be taken in either.
        _longest = (int)Math.Clamp(dispatcher.Options.QueueBytes, Room, Array.MaxLength / 4);
    }

    /// <summary>Connects and subscribes. Null where only the client library can.</summary>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public static async Task<SocketChannel?> TryOpenAsync(
        RedisOptions options, string node, Dispatcher dispatcher, TimeProvider time, CancellationToken cancellationToken)
    {
        RedisControl? control;
        try
        {
            control = await SingleServer.TryConnectAsync(options, Purpose, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("Redis did not take a connection for announcements in time.", late);
        }

        if (control is null)
        {
            return null;
        }

        SocketChannel channel = new(control, dispatcher);
        try
        {
            channel.Receive();
            await control.SendAsync(["SUBSCRIBE", RedisKeys.Channel(node)], cancellationToken).ConfigureAwait(false);
            await channel._subscribed.Task.WaitAsync(options.ConnectTimeout, time, cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _ended.Task.ConfigureAwait(false);
        _receiving.Dispose();
        await _control.DisposeAsync().ConfigureAwait(false);
    }

    private void OnReceived()
    {
        if (TryTakeReceived())
        {
            Receive();
        }
    }

    // From where a read is under way, nothing of it may be touched here: another thread may have it.
    private void Receive()
    {
        try
        {
            for (int reads = 1; ; reads++)
            {
                _receiving.SetBuffer(_buffer, _length, _buffer.Length - _length);
                if (_socket.ReceiveAsync(_receiving))
                {
                    break;
                }

                if (!TryTakeReceived())
                {
                    break;
                }

                if (reads % ReadsAtOnce == 0)
                {
                    Dispatcher.Wake();
                }
            }
        }
        catch (ObjectDisposedException)
        {
            End("the connection was closed");
        }

        Dispatcher.HandOver();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever it was: the node would be deaf and not know it.")]
    private bool TryTakeReceived()
    {
        if (_receiving.SocketError != SocketError.Success || _receiving.BytesTransferred == 0)
        {
            End(_receiving.SocketError == SocketError.Success ? "Redis ended the connection" : $"the connection failed ({_receiving.SocketError})");
            return false;
        }

        try
        {
            _length += _receiving.BytesTransferred;
            int used = 0;
            while (used < _length && TryTake(_buffer.AsSpan(used, _length - used), out int taken))
            {
                used += taken;
            }

            MakeRoom(used);
            return true;
        }
        catch (Exception failure)
        {
            // What came before it counts.
            _subscribed.TrySetException(failure);
            End(failure.Message);
            Dispatcher.HandOver();
            return false;
        }
    }

    // False when it has not come whole.
    private bool TryTake(ReadOnlySpan<byte> come, out int taken)
    {
        var reader = new RespReader(come);
        taken = 0;
        if (reader.IsError)
        {
            return reader.TryError(out ReadOnlySpan<byte> error) ? throw new RedisReplyException(Encoding.UTF8.GetString(error)) : false;
        }

        if (!reader.TryList(Words, out int words)
            || !reader.TryText(LongestWord, out ReadOnlySpan<byte> kind)
            || !reader.TryText(LongestWord, out _))
        {
            return false;
        }

        if (words == Words && kind.SequenceEqual("message"u8))
        {
            if (!reader.TryText(_longest, out ReadOnlySpan<byte> message))
            {
                return false;
            }

            Take(message.ToArray());
        }
        else if (words == Words && kind.SequenceEqual("subscribe"u8))
        {
            if (!reader.TryNumber(out _))
            {
                return false;
            }

            _subscribed.TrySetResult();
        }
        else
        {
            throw new RespException("Redis said something that is no announcement.");
        }

        taken = reader.Consumed;
        return true;
    }

    private void MakeRoom(int used)
    {
        int rest = _length - used;
        int size = rest == _buffer.Length ? 2 * rest : rest == 0 && _buffer.Length > LargestKept ? Room : _buffer.Length;
        if (size > 2 * (_longest + LongestWord))
        {
            throw new RespException("What Redis says does not end.");
        }

        byte[] next = size == _buffer.Length ? _buffer : new byte[size];
        _buffer.AsSpan(used, rest).CopyTo(next);
        _buffer = next;
        _length = rest;
    }

    private void End(string reason)
    {
        Break(reason);
        _subscribed.TrySetException(new IOException($"Announcements cannot be heard: {reason}."));
        _ended.TrySetResult();
    }
}
