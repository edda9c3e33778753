using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Storage;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Storage;

/// <summary>Orleans' own storage as this project sets it up: it does what ours does, and each reads what the other wrote.</summary>
public sealed class OrleansGrainStorageTests(RedisFixture redis) : GrainStorageSpecification, IClassFixture<RedisFixture>
{
    private const string Key = "chat/state/user/alice/profile";

    protected override bool TellsETags => false;

    [Fact]
    public async Task Both_storages_write_the_same_keys_and_bytes()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await using StartedStorage theirs = await StartedStorage.StartAsync(redis);

        GrainState<Note> written = await WriteAsync(theirs.Storage, new Note { Text = "one", Tags = ["a"] });

        Assert.Equal([Key], await stores.TextsAsync("KEYS", "*"));
        Assert.Equal(
            new HashSet<string> { "etag", written.ETag!, "data", """{"Text":"one","Tags":["a"]}""" },
            (await stores.TextsAsync("HGETALL", Key)).ToHashSet());
    }

    [Fact]
    public async Task Each_storage_goes_on_where_the_other_stopped()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        await using StartedStorage theirs = await StartedStorage.StartAsync(redis);
        RedisGrainStorage ours = new(stores.Connection, Options.Create(new ClusterOptions { ServiceId = "chat" }), Options.Create(new RedisGrainStorageOptions()));

        GrainState<Note> first = await WriteAsync(theirs.Storage, new Note { Text = "theirs" });
        GrainState<Note> second = await ReadAsync(ours);
        second.State = new Note { Text = "ours" };
        await ours.WriteStateAsync(StateName, Grain, second);

        Assert.Equal("ours", (await ReadAsync(theirs.Storage)).State!.Text);
        await Assert.ThrowsAsync<InconsistentStateException>(() => theirs.Storage.WriteStateAsync(StateName, Grain, first));
    }

    [Fact]
    public async Task Storage_without_redis_is_unavailable()
    {
        await using RedisFixture own = await RedisFixture.StartAsync();
        await using StartedStorage theirs = await StartedStorage.StartAsync(own, deadline: TimeSpan.FromMilliseconds(300));
        await own.Server.KillAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => ReadAsync(theirs.Storage));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => WriteAsync(theirs.Storage, new Note()));
    }

    protected override async Task<Opened> OpenAsync(bool deleteOnClear = false)
    {
        await (await RedisStores.OpenAsync(redis)).DisposeAsync();
        StartedStorage started = await StartedStorage.StartAsync(redis, deleteOnClear);
        return new Opened(started.Storage, started);
    }

    private sealed class StartedStorage(ServiceProvider services, SiloLifecycleSubject life) : IAsyncDisposable
    {
        public IGrainStorage Storage => services.GetRequiredKeyedService<IGrainStorage>("Default");

        public static async Task<StartedStorage> StartAsync(RedisFixture redis, bool deleteOnClear = false, TimeSpan? deadline = null)
        {
            ServiceCollection services = new();
            services.AddLogging().AddSerializer();
            services.Configure<ClusterOptions>(cluster => cluster.ServiceId = "chat");
            services.Configure<RedisGrainStorageOptions>(storage => storage.DeleteStateOnClear = deleteOnClear);
            services.Configure<RedisOptions>(options =>
            {
                options.Configuration = redis.Endpoint;
                options.Deadline = deadline ?? options.Deadline;
            });
            services.AddSingleton<IGrainStorageSerializer>(new JsonStates(new System.Text.Json.JsonSerializerOptions()));
            services.AddGrainStates();
            ServiceProvider provider = services.BuildServiceProvider();
            SiloLifecycleSubject life = new(provider.GetRequiredService<ILogger<SiloLifecycleSubject>>());
            foreach (ILifecycleParticipant<ISiloLifecycle> participant in provider.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
            {
                participant.Participate(life);
            }

            await life.OnStart(CancellationToken.None);
            return new StartedStorage(provider, life);
        }

        public async ValueTask DisposeAsync()
        {
            await life.OnStop(CancellationToken.None);
            await services.DisposeAsync();
        }
    }
}
