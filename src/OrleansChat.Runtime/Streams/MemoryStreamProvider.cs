using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansChat.Runtime.Streams;

/// <summary>Streams within one host, without a past. For tests.</summary>
internal sealed class MemoryStreamProvider(string name) : IStreamProvider
{
    private readonly ConcurrentDictionary<(StreamId Id, Type Item), object> _streams = new();

    public string Name => name;

    public bool IsRewindable => false;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) =>
        (IAsyncStream<T>)_streams.GetOrAdd((streamId, typeof(T)), static (key, name) => new MemoryStream<T>(name, key.Id), name);
}
