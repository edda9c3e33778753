using System.Text.Json;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary><c>GET /c/&lt;q&gt;</c>.</summary>
public sealed class StreamTests(QueuesFixture nodes)
{
    [Fact]
    public async Task A_stream_gives_what_waited_with_nobody_there_and_then_what_comes_from_any_node()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("lines");
        long[] waiting = [await owner.PutAsync(queue, "one"), await owner.PutAsync(queue, "two\nlines")];
        Assert.Equal(2, await owner.DepthAsync(queue));

        using ItemStream stream = await elsewhere.StreamAsync(queue);
        Assert.Equal("text/plain", stream.MediaType);
        Assert.Equal(new Item(queue, waiting[0], "one", 0), await stream.NextAsync());
        Assert.Equal(new Item(queue, waiting[1], "two\nlines", 0), await stream.NextAsync());
        long here = await elsewhere.PutAsync(queue, "here");
        Assert.Equal(here, (await stream.NextAsync()).Key);
        long there = await owner.PutAsync(queue, "there");
        Assert.Equal(there, (await stream.NextAsync()).Key);

        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);
        Assert.Null(await owner.TakeAsync(queue));
    }

    [Fact]
    public async Task A_client_that_accepts_events_gets_Server_Sent_Events()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("sse");
        long key = (await owner.PostJsonAsync($"/q/{queue}", """{"value":{"n":1}}""")).Json.GetProperty("key").GetInt64();

        using ItemStream stream = await owner.StreamAsync(queue, "text/event-stream");

        Assert.Equal("text/event-stream", stream.MediaType);
        Assert.Equal($"id: {key}", await stream.LineAsync());
        string data = (await stream.LineAsync())!;
        Assert.StartsWith("data: ", data, StringComparison.Ordinal);
        Assert.Equal(1, JsonElement.Parse(data[6..]).GetProperty("value").GetProperty("n").GetInt32());
        Assert.Equal(string.Empty, await stream.LineAsync());
    }

    [Fact]
    public async Task One_consumer_gets_everything_in_order()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("order");
        await owner.PutAsync(queue, "0");
        using ItemStream stream = await owner.StreamAsync(queue);
        await NativeSender.SendAsync(owner, queue, [.. Enumerable.Range(1, 500).Select(i => $"{i}")]);

        Assert.Equal(Enumerable.Range(0, 501).Select(i => $"{i}"), (await stream.NextAsync(501)).Select(item => item.Value));
    }

    [Fact]
    public async Task Idle_consumers_are_woken_by_the_announcement_and_not_by_their_next_sign_of_life()
    {
        const int Rounds = 60;
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("wakes");
        await owner.PutAsync(queue, "first");
        await owner.TakeAsync(queue);
        ItemStream[] streams = await owner.StreamsAsync(queue, owner, elsewhere);
        long began = TimeProvider.System.GetTimestamp();

        for (int i = 0; i < Rounds; i++)
        {
            // It is one consumer's turn and then the other's, whichever node the item comes from.
            await (i % 4 < 2 ? owner : elsewhere).PutAsync(queue, $"{i}");
            await Eventually.TrueAsync(() => streams.Any(stream => stream.HasLine()));
            Assert.Equal($"{i}", (await streams.Single(stream => stream.HasLine()).NextAsync()).Value);
        }

        // By signs of life alone, every 3 s, it would have been 90 s on the average.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(70));
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Fact]
    public async Task An_item_whose_lease_ends_goes_to_a_waiting_stream()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("returns");
        long key = await owner.PutAsync(queue, "one");
        await owner.TakeAsync(queue, "?ack=true&lease=1");
        using ItemStream stream = await elsewhere.StreamAsync(queue);

        Assert.Equal(key, (await stream.NextAsync()).Key);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_off_and_delays_nobody()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("slow");
        string text = new('x', 8_000);
        await owner.PutAsync(queue, text);
        using var stuck = new RawClient(owner.Node);
        await stuck.SendAsync($"GET /c/{queue}?token={owner.Token} HTTP/1.1\r\nHost: x\r\n\r\n");
        await owner.ConsumersAsync(queue, 1);

        // More than the buffers between the two hold.
        const int Items = 2_000;
        await NativeSender.SendAsync(owner, queue, [.. Enumerable.Repeat(text, Items)]);
        long depth = await owner.DepthAsync(queue);
        Assert.True(depth > 0, "The buffers held everything.");
        await owner.ConsumersAsync(queue, 0);

        using ItemStream other = await owner.StreamAsync(queue);
        long left = await owner.DepthAsync(queue);
        for (long i = 0; i < Math.Min(left, 20); i++)
        {
            Assert.Equal(text, (await other.NextAsync()).Value);
        }
    }
}
