using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Storage;

/// <summary>
/// Grain states in the layout of Orleans' Redis storage: a hash <c>{ServiceId}/state/{grainType}/{grainKey}/{stateName}</c> with
/// <c>etag</c> and <c>data</c>. A state whose data is empty was cleared: its etag still guards the next write.
/// </summary>
internal sealed class RedisGrainStorage(
    RedisConnection redis, IOptions<ClusterOptions> cluster, IOptions<RedisGrainStorageOptions> options) : IGrainStorage
{
    private static readonly RedisScript Write = RedisScript.Load("state-write");
    private static readonly RedisScript Delete = RedisScript.Load("state-delete");

    private readonly RedisGrainStorageOptions _options = options.Value;

    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        RedisResult[] fields = (await redis.ExecuteAsync("HMGET", Key(stateName, grainId), "etag", "data").ConfigureAwait(false)).Items();
        byte[] data = fields[1].Bytes();
        grainState.ETag = (string?)fields[0];
        grainState.RecordExists = data.Length > 0;
        grainState.State = data.Length > 0 ? JsonSerializer.Deserialize<T>(data, _options.Json) : Activator.CreateInstance<T>();
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">The state was changed elsewhere.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] data = JsonSerializer.SerializeToUtf8Bytes(grainState.State, _options.Json);
        string etag = NewETag();
        await EvaluateAsync(Write, stateName, grainId, grainState.ETag, etag, data).ConfigureAwait(false);
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">The state was changed elsewhere.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string? etag = _options.DeleteStateOnClear ? null : NewETag();
        RedisScript script = etag is null ? Delete : Write;
        await EvaluateAsync(script, stateName, grainId, grainState.ETag, etag ?? string.Empty, []).ConfigureAwait(false);
        grainState.ETag = etag;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private static string NewETag() => Guid.NewGuid().ToString("N");

    private RedisKey Key(string stateName, GrainId grainId) => GrainStateKey.Of(cluster.Value.ServiceId, grainId, stateName);

    private async Task EvaluateAsync(RedisScript script, string stateName, GrainId grainId, string? expected, string etag, byte[] data)
    {
        RedisResult[] reply = (await redis.EvaluateAsync(script, [Key(stateName, grainId)], [expected ?? string.Empty, etag, data]).ConfigureAwait(false)).Items();
        if (!reply[0].IsOne())
        {
            throw new InconsistentStateException($"The state '{stateName}' of {grainId} was changed elsewhere.", (string?)reply[1], expected);
        }
    }
}
