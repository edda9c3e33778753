using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OrleansChat.Chaos.Clients;

namespace OrleansChat.Chaos.Network;

/// <summary>
/// A TCP proxy on a port that stays when the server behind it comes and goes. It can cut every connection (with a reset), let
/// them stand open and carry nothing, which is what a lost network looks like from both ends, and take its time.
/// </summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Pipe, bool> _pipes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Errands _serving = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _stalled;
    private volatile int _delay;

    /// <param name="address">Where it listens; null is this machine only.</param>
    public FlakyProxy(IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The port that connections go to; 0 refuses them.</summary>
    public volatile int Target;

    /// <summary>The machine that they go to.</summary>
    public IPAddress TargetAddress { get; init; } = IPAddress.Loopback;

    /// <summary>How many milliseconds everything takes longer, in each direction.</summary>
    public void Delay(int milliseconds) => _delay = milliseconds;

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach (Pipe pipe in _pipes.Keys)
        {
            pipe.Reset();
        }
    }

    /// <summary>Carries nothing more, in both directions, until it is lifted; connections stay open.</summary>
    public void Stall(bool on)
    {
        if (on)
        {
            _stalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else if (Interlocked.Exchange(ref _stalled, null) is { } stalled)
        {
            stalled.SetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Stall(false);
        await _accepting;
        Cut();
        await _serving.DoneAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or the caller had gone before it was let in.
            }
        }
    }

    private async Task ServeAsync(Socket near)
    {
        using Pipe pipe = new(near);
        _pipes.TryAdd(pipe, true);
        try
        {
            await pipe.Far.ConnectAsync(TargetAddress, Target, _stop.Token);
            await Task.WhenAny(CopyAsync(near, pipe.Far), CopyAsync(pipe.Far, near));
        }
        catch (Exception lost) when (lost is SocketException or OperationCanceledException or ObjectDisposedException or ArgumentOutOfRangeException)
        {
            // Nobody behind the proxy: the caller sees a reset.
        }
        finally
        {
            _pipes.TryRemove(pipe, out _);
            pipe.Reset();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                if (_stalled is { } stalled)
                {
                    await stalled.Task;
                }

                if (_delay is var delay and > 0)
                {
                    await Pace.ForAsync(delay, _stop.Token);
                }

                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the two is gone, and with it the connection.
        }
    }

    /// <summary>Two sockets that are one connection.</summary>
    private sealed class Pipe(Socket near) : IDisposable
    {
        public Socket Far { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public void Reset()
        {
            // Lingering for no time ends a connection with a reset instead of a farewell.
            foreach (Socket socket in (Socket[])[near, Far])
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Close();
                }
                catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
                {
                    // It ended by itself.
                }
            }
        }

        public void Dispose() => Reset();
    }
}
