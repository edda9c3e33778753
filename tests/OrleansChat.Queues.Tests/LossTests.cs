using System.Net;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary>Consumers that vanish, and nodes that are killed.</summary>
public sealed class LossTests(QueuesFixture nodes)
{
    [Fact]
    public async Task What_a_killed_consumer_had_leased_comes_back()
    {
        using QueueUser owner = await nodes.UserAsync();
        await using ServerProcess node = await nodes.StartNodeAsync("--node", "leaser");
        using QueueUser worker = owner.At(node);
        string queue = nodes.Name("leased");
        long[] keys = [await owner.PutAsync(queue, "one"), await owner.PutAsync(queue, "two")];
        long asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(keys[0], (await worker.TakeAsync(queue, "?ack=true&lease=3"))!.Key);
        long then = (await worker.TakeAsync(queue, "?ack=true&lease=3"))!.Key;

        // On a machine that stood still for so long the first lease has ended already.
        Assert.True(then == keys[1] || TimeProvider.System.GetElapsedTime(asked) >= TimeSpan.FromSeconds(3), $"{then} was leased twice.");

        await node.KillAsync();

        Assert.Equal(2, await owner.DepthAsync(queue));
        List<long> back = [];
        while (back.Count < keys.Length)
        {
            back.Add((await Eventually.ValueAsync(() => owner.TakeAsync(queue), item => item is not null))!.Key);
        }

        Assert.Equal(keys, back.Order());
    }

    [Fact]
    public async Task What_a_killed_node_had_not_delivered_to_its_streams_goes_to_others()
    {
        const int Items = 40;
        using QueueUser owner = await nodes.UserAsync();
        await using ServerProcess node = await nodes.StartNodeAsync("--node", "doomed");
        using QueueUser worker = owner.At(node);
        string[] queues = [nodes.Name("killed-roundrobin"), nodes.Name("killed-broadcast")];
        await owner.PutAsync(queues[0], "first");
        await owner.PutAsync(queues[1], "first");
        (await owner.PostFormAsync($"/p/{queues[1]}", "policy", "broadcast")).ExpectSuccess();
        await Task.WhenAll(queues.Select(queue => owner.TakeAsync(queue)));
        ItemStream[][] streams = await Task.WhenAll(queues.Select(queue => owner.StreamsAsync(queue, worker, owner)));

        // A node that stands still has consumers that seem to be there; what is dealt to them they never see.
        node.Pause();
        string[] values = [.. Enumerable.Range(0, Items).Select(i => $"{i:00}")];
        await Task.WhenAll(queues.Select(queue => NativeSender.SendAsync(owner, queue, values)));
        await node.KillAsync();

        for (int i = 0; i < queues.Length; i++)
        {
            Assert.Equal(values, (await streams[i][1].NextAsync(Items)).Select(item => item.Value).Order(StringComparer.Ordinal));
            await Eventually.ValueAsync(() => owner.DepthAsync(queues[i]), depth => depth == 0);
        }

        Array.ForEach([.. streams.SelectMany(both => both)], stream => stream.Dispose());
    }

    [Fact]
    public async Task A_stream_whose_client_is_gone_is_dealt_nothing_more()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("left");
        await owner.PutAsync(queue, "first");
        await owner.TakeAsync(queue);
        using ItemStream stays = await elsewhere.StreamAsync(queue);
        ItemStream leaves = await owner.StreamAsync(queue);
        await owner.ConsumersAsync(queue, 2);
        leaves.Dispose();
        await owner.ConsumersAsync(queue, 1);
        string[] values = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];

        await NativeSender.SendAsync(owner, queue, values);

        Assert.Equal(values, (await stays.NextAsync(values.Length)).Select(item => item.Value));
    }

    [Fact]
    public async Task Streams_end_when_their_node_stops_and_nothing_is_lost()
    {
        using QueueUser owner = await nodes.UserAsync();
        await using ServerProcess node = await nodes.StartNodeAsync("--node", "stopping");
        using QueueUser worker = owner.At(node);
        string queue = nodes.Name("drained");
        await owner.PutAsync(queue, "one");
        using ItemStream stream = await worker.StreamAsync(queue);
        Assert.Equal("one", (await stream.NextAsync()).Value);
        using ItemSocket socket = await worker.SocketAsync(queue);
        await owner.ConsumersAsync(queue, 2);

        Task<int> stopped = node.StopAsync();
        Assert.Null(await stream.LineAsync());
        Assert.Null(await socket.FrameAsync());
        Assert.Equal((3000, "shutdown"), ((int)socket.CloseStatus!, socket.CloseText));
        await socket.CloseAsync();

        Assert.Equal(0, await stopped.WithinAsync());
        await owner.ConsumersAsync(queue, 0);
        await owner.PutAsync(queue, "two");
        Assert.Equal("two", (await owner.TakeAsync(queue))!.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?ack=true")]
    public async Task An_item_whose_taker_is_gone_before_the_answer_is_written_goes_back(string query)
    {
        // A Redis of its own: it stands still meanwhile.
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess node = await ServerProcess.StartAsync(redis, "--limits", "off", "--log-level", "warning");
        using QueueUser owner = await QueueUser.RegisterAsync(node, "owner");
        const string Queue = "undelivered";
        long key = await owner.PutAsync(Queue, "item");
        Assert.Equal(key, (await owner.TakeAsync(Queue, "?soft=true"))!.Key);
        using var admin = await redis.ConnectAsync();
        string returned = $"{{c:group:{Queue}}}:queue:returned";

        // On a machine that is very busy storage is given up before it goes on, and nothing was taken; or the node has not heard of the cut
        // when it writes, and the item is gone as one that was delivered. Then once more.
        for (int attempt = 1; await admin.GetDatabase().SortedSetLengthAsync(returned) == 0; attempt++)
        {
            await AskAndVanishAsync(node, redis, $"GET /q/{Queue}{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {owner.Token}\r\n\r\n");
            try
            {
                await Eventually.ValueAsync(() => admin.GetDatabase().SortedSetLengthAsync(returned), found => found == 1, TimeSpan.FromSeconds(5));
            }
            catch (TimeoutException) when (attempt < 5)
            {
                key = await owner.DepthAsync(Queue) > 0 ? key : await owner.PutAsync(Queue, "item");
            }
        }

        Assert.Equal(1, await owner.DepthAsync(Queue));
        Assert.Equal(key, (await owner.TakeAsync(Queue))!.Key);
    }

    private static async Task AskAndVanishAsync(ServerProcess node, RedisFixture redis, string request)
    {
        using var taker = new RawClient(node);
        redis.Server.Pause();
        await taker.SendAsync(request);
        await taker.ReadByServerAsync();
        await SettleAsync(node);
        taker.Reset();
        await SettleAsync(node);
        redis.Server.Resume();
    }

    // What came in before has been handled by then: answers to requests that need no Redis go through the same loop and thread pool.
    private static async Task SettleAsync(ServerProcess node)
    {
        using var http = new HttpClient { BaseAddress = node.Url };
        for (int i = 0; i < 50; i++)
        {
            (await Answer.OfAsync(http, HttpMethod.Get, "/health/live")).Expect(HttpStatusCode.OK);
        }
    }
}
