using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Network;

namespace OrleansChat.Chaos.Mutants;

/// <summary>
/// Stands between nodes and Redis and plants a bug: what nodes load as a script arrives changed, and what they then call by the
/// hash of the script that they know is called by the hash of the other one. The nodes run as they are built.
/// </summary>
internal sealed class ScriptProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte[]> _hashes = new();
    private readonly Errands _serving = new();
    private readonly int _redis;
    private readonly Mutant _mutant;
    private readonly Task _accepting;
    private int _planted;

    public ScriptProxy(int redis, Mutant mutant)
    {
        _redis = redis;
        _mutant = mutant;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How many calls went to a changed script.</summary>
    public int Planted => Volatile.Read(ref _planted);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await _serving.DoneAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or the caller had gone before it was let in.
            }
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using TcpClient far = new() { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _redis, _stop.Token);
                await Task.WhenAny(CommandsAsync(near, far), far.GetStream().CopyToAsync(near.GetStream(), _stop.Token));
            }
            catch (Exception ended) when (ended is SocketException or IOException or OperationCanceledException)
            {
                // Redis is away: the node sees its connection end.
            }
        }
    }

    private async Task CommandsAsync(TcpClient near, TcpClient far)
    {
        using RespStream from = new(near.GetStream());
        using RespStream to = new(far.GetStream());
        try
        {
            while (await from.ReadAsync(_stop.Token) is object?[] command)
            {
                to.Write(Change([.. command.Select(part => (byte[])part!)]));
                if (from.IsDrained)
                {
                    await to.FlushAsync(_stop.Token);
                }
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The node or Redis ended the connection.
        }
    }

    private byte[][] Change(byte[][] command)
    {
        string name = Encoding.ASCII.GetString(command[0]).ToUpperInvariant();
        if (name == "SCRIPT" && command.Length == 3)
        {
            string original = Encoding.UTF8.GetString(command[2]);
            string changed = _mutant.Apply(original);
            if (changed != original)
            {
                _hashes[Hash(original)] = Encoding.ASCII.GetBytes(Hash(changed));
                command[2] = Encoding.UTF8.GetBytes(changed);
            }
        }
        else if (name == "EVAL" && Encoding.UTF8.GetString(command[1]) is var whole && _mutant.Apply(whole) is var mutated && mutated != whole)
        {
            Interlocked.Increment(ref _planted);
            command[1] = Encoding.UTF8.GetBytes(mutated);
        }
        else if (name == "EVALSHA" && _hashes.TryGetValue(Encoding.ASCII.GetString(command[1]).ToLowerInvariant(), out byte[]? other))
        {
            Interlocked.Increment(ref _planted);
            command[1] = other;
        }

        return command;
    }

#pragma warning disable CA5350 // EVALSHA names scripts by SHA-1; nothing is protected by it.
    private static string Hash(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
}
