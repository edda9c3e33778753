using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Streams;
using OrleansChat.Redis.Connections;
using OrleansChat.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>Adds the stream provider to a host.</summary>
public static class RedisStreamsRegistration
{
    /// <summary>
    /// Adds the <see cref="IStreamProvider"/> named <see cref="ChatStreams.Provider"/>, which runs as long as the host does.
    /// Needs <see cref="RedisOptions"/> and a <see cref="OrleansChat.Presence.NodeIdentity"/> among the services.
    /// </summary>
    public static IServiceCollection AddRedisStreams(this IServiceCollection services)
    {
        services.AddOptions<RedisStreamOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton<RedisStreamProvider>();
        services.TryAddKeyedSingleton<IStreamProvider>(ChatStreams.Provider, (provider, _) => provider.GetRequiredService<RedisStreamProvider>());
        services.AddHostedService<Lifetime>();
        return services;
    }

    private sealed class Lifetime(RedisStreamProvider provider) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => provider.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => provider.StopAsync(cancellationToken);
    }
}
