using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Streams;
using OrleansChat.Streams;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Streams;

/// <summary>A node with nothing but the stream provider, put together as a server does it.</summary>
internal sealed class StreamNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StreamNode(string redis, TimeSpan deadline, Action<RedisStreamOptions>? configure)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        services.Configure<RedisOptions>(options =>
        {
            options.Configuration = redis;
            options.Deadline = deadline;
        });
        services.Configure<RedisStreamOptions>(options =>
        {
            options.Linger = TimeSpan.FromHours(1);
            options.Heartbeat = TimeSpan.FromMilliseconds(200);
            options.RetryAfter = TimeSpan.FromMilliseconds(20);
            options.RetryAtMost = TimeSpan.FromMilliseconds(200);
            configure?.Invoke(options);
        });
        services.AddSingleton(Identity);
        services.AddRedisStreams();
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public NodeIdentity Identity { get; } = new("test");

    public string Id => Identity.Current;

    public RecordedLog Log { get; } = new();

    public RedisStreamProvider Provider => _services.GetRequiredService<RedisStreamProvider>();

    public IStreamProvider Streams => _services.GetRequiredKeyedService<IStreamProvider>(ChatStreams.Provider);

    public static async Task<StreamNode> StartAsync(string redis, Action<RedisStreamOptions>? configure = null, TimeSpan? deadline = null)
    {
        StreamNode node = new(redis, deadline ?? TimeSpan.FromSeconds(2), configure);
        foreach (IHostedService service in node._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None).WithinAsync(what: "the start of the streams");
        }

        return node;
    }

    public IAsyncStream<Announcement> Stream(string ns, string key) => Streams.GetStream<Announcement>(StreamId.Create(ns, key));

    public IAsyncStream<Announcement> Conversation(string id) => Stream(ChatStreams.Conversation, id);

    /// <summary>Observes a conversation's stream and keeps what it hears.</summary>
    public async Task<Hearing<Announcement>> HearAsync(string conversation) => await HearAsync(Conversation(conversation));

    public static async Task<Hearing<T>> HearAsync<T>(IAsyncStream<T> stream)
    {
        Hearing<T> hearing = new();
        hearing.Handle = await stream.SubscribeAsync(hearing).WithinAsync(what: "the subscription");
        return hearing;
    }

    public async Task StopAsync()
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None).WithinAsync(what: "the stop of the streams");
        }
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();
}
