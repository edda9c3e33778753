using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansChat.Runtime.Storage;

/// <summary>Keeps states in memory as JSON, so that no grain shares objects with the storage. For tests.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(GrainId Grain, string State), Entry> _entries = new();
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var entry = _entries.GetValueOrDefault((grainId, stateName));
        grainState.ETag = entry?.Etag;
        grainState.RecordExists = entry is not null;
        grainState.State = entry is null ? default : JsonSerializer.Deserialize<T>(entry.Json);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var entry = new Entry(
            Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture),
            JsonSerializer.SerializeToUtf8Bytes(grainState.State));
        var key = (grainId, stateName);
        var kept = _entries.GetValueOrDefault(key);
        var written = kept?.Etag == grainState.ETag && (kept is null ? _entries.TryAdd(key, entry) : _entries.TryUpdate(key, entry, kept));
        if (!written)
        {
            throw Conflict(stateName, grainId, kept?.Etag, grainState.ETag);
        }

        grainState.ETag = entry.Etag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (grainId, stateName);
        var kept = _entries.GetValueOrDefault(key);
        if (kept?.Etag != grainState.ETag || (kept is not null && !_entries.TryRemove(KeyValuePair.Create(key, kept))))
        {
            throw Conflict(stateName, grainId, kept?.Etag, grainState.ETag);
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = default;
        return Task.CompletedTask;
    }

    private static InconsistentStateException Conflict(string state, GrainId grain, string? stored, string? current) =>
        new($"State \"{state}\" of {grain} was changed elsewhere.", stored, current);

    private sealed record Entry(string Etag, byte[] Json);
}
