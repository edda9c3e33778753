using System.Net;
using System.Text.Json;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary><c>GET|POST /p/&lt;q&gt;</c>: how streaming consumers on two nodes share.</summary>
public sealed class SharingTests(QueuesFixture nodes)
{
    private const int Items = 12;

    [Fact]
    public async Task The_policy_is_roundrobin_until_it_is_set_and_the_same_on_every_node()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("policy");
        await owner.PutAsync(queue, "x");

        Assert.Equal("roundrobin", await PolicyAsync(owner, queue));
        JsonElement set = (await owner.PostFormAsync($"/p/{queue}", "policy", "broadcast")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((queue, "broadcast"), (set.GetProperty("queue").GetString(), set.GetProperty("policy").GetString()));
        Assert.Equal("broadcast", await PolicyAsync(elsewhere, queue));
        (await elsewhere.PostJsonAsync($"/p/{queue}", """{"policy":"roundrobin"}""")).Expect(HttpStatusCode.OK);
        Assert.Equal("roundrobin", await PolicyAsync(owner, queue));
    }

    [Fact]
    public async Task Roundrobin_gives_each_item_to_one_consumer_in_turn_over_two_nodes()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = await NewQueueAsync(owner, "robin", "roundrobin");
        ItemStream[] streams = await owner.StreamsAsync(queue, owner, elsewhere, elsewhere);

        var keys = new List<long>();
        for (int i = 0; i < Items; i++)
        {
            keys.Add(await (i % 2 == 0 ? owner : elsewhere).PutAsync(queue, $"{i}"));
        }

        var got = new List<long>();
        foreach (ItemStream stream in streams)
        {
            got.AddRange((await stream.NextAsync(Items / streams.Length)).Select(item => item.Key));
        }

        Assert.Equal(keys, got.Order());
        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);
        Assert.All(streams, stream => Assert.False(stream.HasLine()));
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Fact]
    public async Task Broadcast_gives_each_item_to_all_consumers_over_two_nodes()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = await NewQueueAsync(owner, "broad", "broadcast");
        ItemStream[] streams = await owner.StreamsAsync(queue, owner, elsewhere, elsewhere);

        var keys = new List<long>();
        for (int i = 0; i < Items; i++)
        {
            keys.Add(await (i % 2 == 0 ? owner : elsewhere).PutAsync(queue, $"{i}"));
        }

        foreach (ItemStream stream in streams)
        {
            Assert.Equal(keys, (await stream.NextAsync(Items)).Select(item => item.Key));
        }

        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);
        Assert.Equal(Items, (await owner.StatsAsync(queue)).GetProperty("consumed").GetInt64() - 1);
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Fact]
    public async Task Broadcast_waits_with_nobody_there_and_who_comes_later_gets_what_is_not_consumed()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = await NewQueueAsync(owner, "later", "broadcast");
        await owner.PutAsync(queue, "waits");
        Assert.Equal(1, await owner.DepthAsync(queue));

        using (ItemStream first = await owner.StreamAsync(queue))
        {
            Assert.Equal("waits", (await first.NextAsync()).Value);
            await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);
        }

        await owner.ConsumersAsync(queue, 0);
        using ItemStream second = await elsewhere.StreamAsync(queue);
        await owner.PutAsync(queue, "new");
        Assert.Equal("new", (await second.NextAsync()).Value);
    }

    [Fact]
    public async Task An_item_that_returns_to_a_broadcast_goes_to_all_consumers()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = await NewQueueAsync(owner, "back", "broadcast");
        long key = await owner.PutAsync(queue, "leased");
        await owner.TakeAsync(queue, "?ack=true&lease=3600");
        ItemStream[] streams = await owner.StreamsAsync(queue, owner, elsewhere);

        // Ended by hand: only now, when both are there, must it return.
        await EndLeaseAsync(queue, key);

        foreach (ItemStream stream in streams)
        {
            Assert.Equal(key, (await stream.NextAsync()).Key);
        }

        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Fact]
    public async Task A_change_of_policy_reaches_the_consumers_that_are_there()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = await NewQueueAsync(owner, "switch", "roundrobin");
        ItemStream[] streams = await owner.StreamsAsync(queue, owner, elsewhere);
        await owner.PutAsync(queue, "one");
        await owner.PutAsync(queue, "two");
        Assert.Equal(["one", "two"], new[] { (await streams[0].NextAsync()).Value, (await streams[1].NextAsync()).Value }.Order());
        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);

        (await owner.PostFormAsync($"/p/{queue}", "policy", "broadcast")).Expect(HttpStatusCode.OK);
        await PlacesAsync(queue, 2);
        await owner.PutAsync(queue, "all");

        Assert.Equal(["all", "all"], [(await streams[0].NextAsync()).Value, (await streams[1].NextAsync()).Value]);
        Array.ForEach(streams, stream => stream.Dispose());
    }

    private async Task EndLeaseAsync(string queue, long key)
    {
        using var redis = await nodes.Redis.ConnectAsync();
        Assert.False(await redis.GetDatabase().SortedSetAddAsync($"{{c:group:{queue}}}:queue:held", key, 1), "The item was not leased.");
    }

    private async Task PlacesAsync(string queue, long count)
    {
        using var redis = await nodes.Redis.ConnectAsync();
        await Eventually.ValueAsync(() => redis.GetDatabase().SortedSetLengthAsync($"{{c:group:{queue}}}:queue:places"), places => places == count);
    }

    private async Task<string> NewQueueAsync(QueueUser owner, string name, string policy)
    {
        string queue = nodes.Name(name);
        await owner.PutAsync(queue, "first");
        await owner.TakeAsync(queue);
        (await owner.PostFormAsync($"/p/{queue}", "policy", policy)).Expect(HttpStatusCode.OK);
        return queue;
    }

    private static async Task<string?> PolicyAsync(QueueUser user, string queue) =>
        (await user.GetAsync($"/p/{queue}")).Expect(HttpStatusCode.OK).Json.GetProperty("policy").GetString();
}
