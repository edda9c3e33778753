using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansChat.Redis.Tests.Streams;

/// <summary>Stands between a node and Redis, to make connections fall silent without breaking them.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Link> _links = [];
    private readonly Task _accepting;
    private readonly int _target;
    private TaskCompletionSource _replies = Released();

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => _listener.LocalEndpoint.ToString()!;

    /// <summary>From now on nothing goes either way on the connections that have subscribed so far. They stay open.</summary>
    public void FreezeSubscriptions()
    {
        foreach (Link link in _links)
        {
            link.Frozen |= link.Sent("SUBSCRIBE") > 0;
        }
    }

    /// <summary>From now on commands arrive and answers do not.</summary>
    public void HoldReplies() => Volatile.Write(ref _replies, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void ReleaseReplies() => _replies.TrySetResult();

    /// <summary>How often a word went to Redis.</summary>
    public int CountSent(string word) => _links.Sum(link => link.Sent(word));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private static TaskCompletionSource Released()
    {
        TaskCompletionSource released = new();
        released.SetResult();
        return released;
    }

    private async Task AcceptAsync()
    {
        List<Task> pumps = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_closing.Token);
                pumps.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (TcpClient server = new())
        {
            Link link = new();
            _links.Add(link);
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(
                PumpAsync(client, server, link, link.Note, () => Task.CompletedTask),
                PumpAsync(server, client, link, null, () => Volatile.Read(ref _replies).Task));
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Link link, Action<ReadOnlySpan<byte>>? note, Func<Task> gate)
    {
        byte[] buffer = new byte[65_536];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer, _closing.Token)) > 0)
            {
                note?.Invoke(buffer.AsSpan(0, length));
                await gate().WaitAsync(_closing.Token);
                if (!link.Frozen)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _closing.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side closed; the other one is closed with it.
        }
    }

    private sealed class Link
    {
        private readonly StringBuilder _sent = new();

        public volatile bool Frozen;

        public void Note(ReadOnlySpan<byte> bytes)
        {
            lock (_sent)
            {
                _sent.Append(Encoding.Latin1.GetString(bytes));
            }
        }

        public int Sent(string word)
        {
            lock (_sent)
            {
                return _sent.ToString().Split(word).Length - 1;
            }
        }
    }
}
