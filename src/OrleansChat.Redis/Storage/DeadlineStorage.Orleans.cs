using Orleans;
using Orleans.Persistence.Redis;
using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;

namespace OrleansChat.Redis.Storage;

/// <summary>Tells apart, as the rest of the code does, storage that did not answer from what must not happen.</summary>
internal sealed class DeadlineStorage(IGrainStorage inner) : IGrainStorage
{
    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        OrUnavailableAsync(inner.ReadStateAsync(stateName, grainId, grainState));

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        OrUnavailableAsync(inner.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        OrUnavailableAsync(inner.ClearStateAsync(stateName, grainId, grainState));

    // Orleans' storage logs the failure and hands on its text only.
    private static async Task OrUnavailableAsync(Task step)
    {
        try
        {
            await step.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RedisStorageException or RedisException or TimeoutException)
        {
            throw new StorageUnavailableException("A grain's state could not be read or written.", failure);
        }
    }
}
