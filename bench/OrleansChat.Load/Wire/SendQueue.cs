using System.Net.Sockets;

namespace OrleansChat.Load;

/// <summary>What waits to be written. Writing never blocks: the thread that would wait is the one that reads the acknowledgements.</summary>
internal sealed class SendQueue(Socket socket)
{
    private readonly Lock _lock = new();
    private byte[] _filling = new byte[1024];
    private byte[] _writing = new byte[1024];
    private int _filled;
    private bool _busy;

    public void Add(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            while (_filling.Length - _filled < frame.Length)
            {
                Array.Resize(ref _filling, _filling.Length * 2);
            }

            frame.CopyTo(_filling.AsSpan(_filled));
            _filled += frame.Length;
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            if (_busy || _filled == 0)
            {
                return;
            }

            _busy = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> batch;
                lock (_lock)
                {
                    if (_filled == 0)
                    {
                        _busy = false;
                        return;
                    }

                    (_filling, _writing) = (_writing, _filling);
                    batch = _writing.AsMemory(0, _filled);
                    _filled = 0;
                }

                while (!batch.IsEmpty)
                {
                    batch = batch[await socket.SendAsync(batch)..];
                }
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The reading side sees the same end and reports it; _busy stays set, nothing more is written.
        }
    }
}
