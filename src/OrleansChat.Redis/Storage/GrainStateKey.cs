using Orleans.Runtime;
using StackExchange.Redis;

namespace OrleansChat.Redis.Storage;

/// <summary>Where a grain's state lies, with either engine: <c>{ServiceId}/state/{grainType}/{grainKey}/{stateName}</c>.</summary>
internal static class GrainStateKey
{
    public static RedisKey Of(string serviceId, GrainId grainId, string stateName) => $"{serviceId}/state/{grainId}/{stateName}";
}
