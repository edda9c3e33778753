using System.Collections.Concurrent;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>The connections of this door.</summary>
internal sealed class RespClients
{
    /// <summary>The most connections at a time.</summary>
    public const int Most = 10_000;

    private readonly ConcurrentDictionary<long, RespClient> _all = new();
    private long _lastId;

    public int Count => _all.Count;

    public ICollection<RespClient> All => _all.Values;

    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>False when there are too many.</summary>
    public bool TryAdd(RespClient client) => _all.Count < Most && _all.TryAdd(client.Id, client);

    public void Remove(RespClient client) => _all.TryRemove(client.Id, out _);
}
