using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Runtime.Tests.Support;

namespace OrleansChat.Runtime.Tests.Streams;

public interface IListeningGrain : IGrainWithStringKey
{
    Task Listen(StreamId stream);

    Task Stop();

    Task Send(StreamId stream, string item);
}

internal sealed class ListeningGrain(Recorder recorder) : Grain, IListeningGrain
{
    private StreamSubscriptionHandle<string>? _handle;

    public async Task Listen(StreamId stream)
    {
        var scheduler = TaskScheduler.Current;
        _handle = await this.GetStreamProvider("memory").GetStream<string>(stream).SubscribeAsync((item, token) =>
        {
            Assert.Same(scheduler, TaskScheduler.Current);
            recorder.Note($"{this.GetPrimaryKeyString()} {item}");
            return Task.CompletedTask;
        });
    }

    public Task Stop() => _handle!.UnsubscribeAsync();

    public Task Send(StreamId stream, string item) => this.GetStreamProvider("memory").GetStream<string>(stream).OnNextAsync(item);
}

public class MemoryStreamTests
{
    private static readonly StreamId s_room = StreamId.Create("conversation", "room");

    [Fact]
    public async Task Every_subscriber_gets_the_items_in_order_on_its_own_scheduler()
    {
        await using var silo = await TestSilo.StartAsync();
        await silo.Grain<IListeningGrain>("a").Listen(s_room);
        await silo.Grain<IListeningGrain>("b").Listen(s_room);
        var stream = Client(silo).GetStreamProvider("memory").GetStream<string>(s_room);

        for (var i = 0; i < 100; i++)
        {
            await stream.OnNextAsync($"{i}");
        }

        await Eventually.IsTrue(() => silo.Recorder.Events.Count == 200, "all delivered");
        foreach (var name in new[] { "a", "b" })
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{name} {i}"), silo.Recorder.Events.Where(e => e[0] == name[0]));
        }
    }

    [Fact]
    public async Task Unsubscribed_grain_gets_nothing_more()
    {
        await using var silo = await TestSilo.StartAsync();
        await silo.Grain<IListeningGrain>("a").Listen(s_room);
        await silo.Grain<IListeningGrain>("b").Listen(s_room);
        await silo.Grain<IListeningGrain>("a").Stop();

        await silo.Grain<IListeningGrain>("c").Send(s_room, "x");

        await Eventually.IsTrue(() => silo.Recorder.Count("b x") == 1, "delivered to the other");
        Assert.Equal(0, silo.Recorder.Count("a x"));
    }

    [Fact]
    public async Task Batches_stay_together_and_failures_reach_the_observer()
    {
        await using var silo = await TestSilo.StartAsync();
        var stream = Client(silo).GetStreamProvider("memory").GetStream<int>("ns", "key");
        var batches = new List<int[]>();
        var errors = new List<Exception>();
        var done = new TaskCompletionSource();
        await stream.SubscribeAsync(
            items =>
            {
                batches.Add([.. items.Select(item => item.Item)]);
                throw new FormatException("mine");
            },
            error =>
            {
                errors.Add(error);
                return Task.CompletedTask;
            },
            () =>
            {
                done.SetResult();
                return Task.CompletedTask;
            });

        await stream.OnNextBatchAsync([1, 2, 3]);
        await stream.OnCompletedAsync();

        await done.Task.Soon();
        Assert.Equal([1, 2, 3], Assert.Single(batches));
        Assert.Equal("mine", Assert.Single(errors).Message);
        Assert.Single(await stream.GetAllSubscriptionHandles());
    }

    [Fact]
    public async Task Missing_provider_is_reported()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Throws<KeyNotFoundException>(() => Client(silo).GetStreamProvider("none"));
    }

    [Fact]
    public void Stream_id_has_namespace_and_key()
    {
        Assert.Equal(("conversation", "room"), (s_room.GetNamespace(), s_room.GetKeyAsString()));
        Assert.Equal("conversation/room", s_room.ToString());
        Assert.Equal("null/5", StreamId.Create(null, 5).ToString());
        Assert.Equal(s_room, StreamId.Create("conversation"u8, "room"u8));
        Assert.NotEqual(StreamId.Create("a", "bc"), StreamId.Create("ab", "c"));
        Assert.Equal(32, StreamId.Create("x", Guid.NewGuid()).GetKeyAsString().Length);
    }

    private static IClusterClient Client(TestSilo silo) => silo.Services.GetRequiredService<IClusterClient>();
}
