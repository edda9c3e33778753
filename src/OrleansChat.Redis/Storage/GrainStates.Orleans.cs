using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Persistence;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Storage;

/// <summary>The grain storage named <c>Default</c>: Orleans' own for Redis, with our keys and JSON, so that the engine can be changed and the states stay.</summary>
internal static class GrainStates
{
    private const string Inner = "Redis";

    public static void AddGrainStates(this IServiceCollection services)
    {
        services.AddRedisGrainStorage(
            Inner,
            builder => builder.Configure<IOptions<RedisOptions>, IOptions<ClusterOptions>, IOptions<RedisGrainStorageOptions>>(Configure));
        services.AddGrainStorage("Default", static (provider, _) => new DeadlineStorage(provider.GetRequiredKeyedService<IGrainStorage>(Inner)));
    }

    private static void Configure(
        RedisStorageOptions storage, IOptions<RedisOptions> redis, IOptions<ClusterOptions> cluster, IOptions<RedisGrainStorageOptions> states)
    {
        ConfigurationOptions connection = ConfigurationOptions.Parse(redis.Value.Configuration);
        connection.AbortOnConnectFail = false;
        connection.ClientName = "orleanschat-states";
        connection.AsyncTimeout = (int)redis.Value.Deadline.TotalMilliseconds;
        storage.ConfigurationOptions = connection;
        storage.DeleteStateOnClear = states.Value.DeleteStateOnClear;
        storage.GrainStorageSerializer = new JsonStates(states.Value.Json);
        string service = cluster.Value.ServiceId;
        storage.GetStorageKey = (stateName, grainId) => GrainStateKey.Of(service, grainId, stateName);
    }
}
