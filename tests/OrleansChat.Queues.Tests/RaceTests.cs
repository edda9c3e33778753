using System.Collections.Concurrent;
using System.Net;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary>Many consumers at once, on two nodes.</summary>
public sealed class RaceTests(QueuesFixture nodes)
{
    private const int Consumers = 8;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Ten_thousand_items_are_consumed_exactly_once_by_eight_racing_consumers()
    {
        const int Items = 10_000;
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("race");
        await owner.PutAsync(queue, "0");
        string[] values = [.. Enumerable.Range(0, Items).Select(i => $"{i}")];
        string[] rest = values[1..];
        await Task.WhenAll(
            NativeSender.SendAsync(owner, queue, rest[..(Items / 2)]), NativeSender.SendAsync(elsewhere, queue, rest[(Items / 2)..]));

        // Depth is exact, however many there are and whatever was deleted.
        long deleted = (await owner.TakeAsync(queue, "?soft=true"))!.Key + 5_000;
        (await owner.DeleteAsync($"/api/v1/conversations/group:{queue}/messages/{deleted}")).ExpectSuccess();
        Assert.Equal(Items - 1, await elsewhere.DepthAsync(queue));
        Assert.Equal(Items, (await owner.StatsAsync(queue)).GetProperty("rates").GetProperty("postedPerMinute").GetInt64());

        var got = new ConcurrentBag<Item>();
        await Task.WhenAll(Enumerable.Range(0, Consumers).Select(async i =>
        {
            QueueUser user = i % 2 == 0 ? owner : elsewhere;
            while (await user.TakeAsync(queue) is { } item)
            {
                got.Add(item);
            }
        })).WithinAsync(Deadline, "the end of the queue");

        Assert.Equal(Items - 1, got.Count);
        Assert.Equal(Items - 1, got.Select(item => item.Key).Distinct().Count());
        Assert.Empty(got.Select(item => item.Value).Except(values));
        Assert.Equal(0, await owner.DepthAsync(queue));
    }

    [Fact]
    public async Task Two_thousand_items_go_exactly_once_to_eight_streams()
    {
        const int Items = 2_000;
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("streams");
        await owner.PutAsync(queue, "first");
        await owner.TakeAsync(queue);
        ItemStream[] streams = await owner.StreamsAsync(queue, [.. Enumerable.Range(0, Consumers).Select(i => i % 2 == 0 ? owner : elsewhere)]);
        var got = new ConcurrentBag<long>();
        using var done = new CancellationTokenSource();
        Task[] reading = [.. streams.Select(stream => ReadAsync(stream, got, done.Token))];

        await Task.WhenAll(
            NativeSender.SendAsync(owner, queue, [.. Enumerable.Range(0, Items / 2).Select(i => $"{i}")]),
            NativeSender.SendAsync(elsewhere, queue, [.. Enumerable.Range(Items / 2, Items / 2).Select(i => $"{i}")]));
        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0, Deadline);
        await Eventually.ValueAsync(() => Task.FromResult(got.Count), count => count >= Items);

        await done.CancelAsync();
        Array.ForEach(streams, stream => stream.Dispose());
        await Task.WhenAll(reading);
        Assert.Equal(Items, got.Count);
        Assert.Equal(Items, got.Distinct().Count());
    }

    private static async Task ReadAsync(ItemStream stream, ConcurrentBag<long> got, CancellationToken done)
    {
        try
        {
            while (true)
            {
                got.Add((await stream.NextAsync(Deadline)).Key);
            }
        }
        catch (Exception ended) when (done.IsCancellationRequested && ended is IOException or ObjectDisposedException or HttpRequestException or OperationCanceledException)
        {
            // The test has seen everything.
        }
    }
}
