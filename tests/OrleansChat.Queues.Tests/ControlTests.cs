using System.Net;
using System.Text.Json;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary><c>POST /control/&lt;q&gt;</c> and <c>GET /stats/&lt;q&gt;</c>.</summary>
public sealed class ControlTests(QueuesFixture nodes)
{
    [Fact]
    public async Task Nothing_is_consumed_on_any_node_while_a_queue_is_stopped()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("stopped");
        string barrier = nodes.Name("barrier");
        await owner.PutAsync(queue, "before");
        await owner.PutAsync(barrier, "before");
        using ItemStream stream = await elsewhere.StreamAsync(queue);
        using ItemStream other = await elsewhere.StreamAsync(barrier);
        Assert.Equal("before", (await stream.NextAsync()).Value);
        Assert.Equal("before", (await other.NextAsync()).Value);

        JsonElement stopped = (await owner.PostFormAsync($"/control/{queue}", "status", "stop")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("stop", stopped.GetProperty("status").GetString());
        long key = await elsewhere.PutAsync(queue, "while stopped");
        foreach (string query in new[] { "", "?soft=true", "?ack=true" })
        {
            (await owner.GetAsync($"/q/{queue}{query}")).Expect(HttpStatusCode.NoContent);
            (await elsewhere.GetAsync($"/q/{queue}{query}")).Expect(HttpStatusCode.NoContent);
        }

        // What is posted after it, to a queue that is not stopped, has long arrived.
        await elsewhere.PutAsync(barrier, "after");
        Assert.Equal("after", (await other.NextAsync()).Value);
        Assert.False(stream.HasLine());
        Assert.Equal(1, await owner.DepthAsync(queue));

        (await owner.PostJsonAsync($"/control/{queue}", """{"status":"start"}""")).Expect(HttpStatusCode.OK);
        Assert.Equal(key, (await stream.NextAsync()).Key);
    }

    [Fact]
    public async Task Stats_tell_depth_consumers_and_rates()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("stats");
        await owner.PutAsync(queue, "one");
        await owner.PutAsync(queue, "two");
        await owner.PutAsync(queue, "three");
        await owner.TakeAsync(queue);
        await owner.TakeAsync(queue, "?ack=true");
        await Eventually.ValueAsync(async () => (await owner.StatsAsync(queue)).GetProperty("consumed").GetInt64(), consumed => consumed == 1);

        JsonElement stats = await elsewhere.StatsAsync(queue);
        Assert.Equal(
            """{"queue":"NAME","depth":2,"leased":1,"consumers":0,"consumed":1,"policy":"roundrobin","status":"start"}""".Replace("NAME", queue, StringComparison.Ordinal),
            stats.GetRawText()[..stats.GetRawText().IndexOf(",\"rates\"", StringComparison.Ordinal)] + "}");
        JsonElement rates = stats.GetProperty("rates");
        Assert.Equal(3, rates.GetProperty("postedPerMinute").GetInt64());
        Assert.InRange(rates.GetProperty("consumedPerMinute").GetInt64(), 0, 1);

        ItemStream[] streams = await owner.StreamsAsync(queue, owner, elsewhere);
        Array.ForEach(streams, stream => stream.Dispose());
        await owner.ConsumersAsync(queue, 0);
    }
}
