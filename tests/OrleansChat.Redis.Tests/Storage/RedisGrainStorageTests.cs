using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Storage;
using OrleansChat.Redis.Tests.Users;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Storage;

public sealed class RedisGrainStorageTests(RedisFixture redis) : GrainStorageSpecification, IClassFixture<RedisFixture>
{
    private const string Key = "chat/state/user/alice/profile";

    [Fact]
    public async Task Layout_is_the_one_of_Orleans_redis_storage()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        GrainState<Note> written = await WriteAsync(Storage(stores), new Note { Text = "one", Tags = ["a"] });

        string[] found = await stores.TextsAsync("HGETALL", Key);

        Assert.Equal([Key], await stores.TextsAsync("KEYS", "*"));
        Assert.Equal(["etag", written.ETag!, "data", """{"Text":"one","Tags":["a"]}"""], found);
        Assert.True(Guid.TryParseExact(written.ETag, "N", out _));
    }

    [Fact]
    public async Task State_that_Orleans_wrote_is_read_and_replaced()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        string etag = Guid.NewGuid().ToString("N");
        await stores.CommandAsync("HMSET", Key, "etag", etag, "data", """{"Text":"theirs"}""");

        GrainState<Note> read = await ReadAsync(Storage(stores));
        await Storage(stores).WriteStateAsync(StateName, Grain, read);

        Assert.Equal("theirs", read.State!.Text);
        Assert.NotEqual(etag, read.ETag);
    }

    [Fact]
    public async Task Cleared_state_keeps_its_hash_with_empty_data()
    {
        await using RedisStores stores = await RedisStores.OpenAsync(redis);
        GrainState<Note> state = await WriteAsync(Storage(stores), new Note { Text = "one" });

        await Storage(stores).ClearStateAsync(StateName, Grain, state);

        Assert.Equal([state.ETag!, ""], await stores.TextsAsync("HMGET", Key, "etag", "data"));
    }

    [Fact]
    public async Task Storage_without_redis_is_unavailable()
    {
        await using RedisFixture own = await RedisFixture.StartAsync();
        await using RedisStores stores = await RedisStores.OpenAsync(own, deadline: TimeSpan.FromMilliseconds(300));
        await own.Server.KillAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => ReadAsync(Storage(stores)));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => WriteAsync(Storage(stores), new Note()));
    }

    protected override async Task<Opened> OpenAsync(bool deleteOnClear = false)
    {
        RedisStores stores = await RedisStores.OpenAsync(redis);
        return new Opened(Storage(stores, deleteOnClear), stores);
    }

    private static RedisGrainStorage Storage(RedisStores stores, bool deleteOnClear = false) =>
        new(
            stores.Connection,
            Options.Create(new ClusterOptions { ServiceId = "chat" }),
            Options.Create(new RedisGrainStorageOptions { DeleteStateOnClear = deleteOnClear }));
}
