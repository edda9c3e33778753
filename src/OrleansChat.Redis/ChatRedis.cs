using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansChat.Conversations;
using OrleansChat.Feeds;
using OrleansChat.Groups;
using OrleansChat.Presence;
using OrleansChat.Queues;
using OrleansChat.Recovery;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using OrleansChat.Redis.Feeds;
using OrleansChat.Redis.Groups;
using OrleansChat.Redis.Presence;
using OrleansChat.Redis.Queues;
using OrleansChat.Redis.Recovery;
using OrleansChat.Redis.Restoring;
using OrleansChat.Redis.Retention;
using OrleansChat.Redis.Storage;
using OrleansChat.Redis.Streams;
using OrleansChat.Redis.Users;
using OrleansChat.Users;

namespace OrleansChat.Redis;

/// <summary>Registers everything that this project keeps in Redis.</summary>
public static class ChatRedis
{
    /// <summary>
    /// Adds the ports, the grain storage named <c>Default</c> and the stream provider. The caller registers <see cref="ChatLimits"/> and a
    /// <see cref="NodeIdentity"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="address">Where Redis is.</param>
    public static IServiceCollection AddChatRedis(this IServiceCollection services, RedisAddress address)
    {
        services.Configure<RedisOptions>(options => options.Configuration = address.ToConfiguration().ToString());
        services.AddOptions<UserTimes>();
        services.AddOptions<LeaseOptions>();
        services.AddOptions<RedisGrainStorageOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RedisConnection>();
        services.AddSingleton<IMessageLog, RedisMessageLog>();
        services.AddSingleton<IGroupStore, RedisGroupStore>();
        services.AddSingleton<IUserDirectory, RedisUserDirectory>();
        services.AddSingleton<ISendBudget, RedisSendBudget>();
        services.AddSingleton<ISignInAttempts, RedisSignInAttempts>();
        services.AddSingleton<ITokenStore, RedisTokenStore>();
        services.AddSingleton<IPresence, RedisPresence>();
        services.AddSingleton<INodeLeases, RedisNodeLeases>();
        services.AddSingleton<IRecoveryStore, RedisRecoveryStore>();
        services.AddSingleton<IUserFeedStore, RedisUserFeedStore>();
        services.AddSingleton<IFieldStore, RedisFieldStore>();
        services.AddSingleton<IQueueStore, RedisQueueStore>();
        services.AddSingleton<IRetention, RedisRetention>();
        services.AddHostedService<RetentionSweep>();
        services.AddRedisStreams();
        services.AddGrainStates();
        return services;
    }

    /// <summary>
    /// The step between restoring a backup and starting the nodes: every conversation gets a new epoch, so that clients reload what the
    /// backup took back, and what belonged to the nodes of then is removed. It can be repeated.
    /// </summary>
    /// <exception cref="RedisUnusableException">A node runs on this Redis; one line that says so.</exception>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time.</exception>
    public static async Task<RestoreReport> RenewRestoredAsync(RedisAddress address, TimeProvider time, CancellationToken cancellationToken)
    {
        var backup = new RestoredBackup(address, time);
        await using (backup.ConfigureAwait(false))
        {
            return await backup.RunAsync(INodeLeases.Duration / 3, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether Redis answers; of a Redis Cluster, any of its servers.</summary>
    /// <exception cref="StorageUnavailableException">It did not in time.</exception>
    public static async Task<bool> AnswersAsync(IServiceProvider services) =>
        (await services.GetRequiredService<RedisConnection>().ExecuteAsync("PING").ConfigureAwait(false)).Text() == "PONG";
}
