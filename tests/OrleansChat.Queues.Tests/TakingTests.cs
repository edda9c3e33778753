using System.Net;
using System.Text.Json;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary><c>GET /q/&lt;q&gt;</c>, <c>DELETE /q/&lt;q&gt;</c>, <c>DELETE /q/&lt;q&gt;/&lt;key&gt;</c>.</summary>
public sealed class TakingTests(QueuesFixture nodes)
{
    [Fact]
    public async Task A_soft_get_leaves_the_oldest_in_place_and_counts()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("soft");
        long first = await owner.PutAsync(queue, "one");
        await owner.PutAsync(queue, "two");

        Assert.Equal(new Item(queue, first, "one", 1), await owner.TakeAsync(queue, "?soft=true"));
        Assert.Equal(new Item(queue, first, "one", 2), await elsewhere.TakeAsync(queue, "?soft=true"));
        Assert.Equal(2, await owner.DepthAsync(queue));
        Assert.Equal(new Item(queue, first, "one", 2), await owner.TakeAsync(queue));
        Assert.Equal(1, (await owner.TakeAsync(queue, "?soft=true"))!.Count);
    }

    [Fact]
    public async Task A_hard_get_consumes_in_order_and_an_empty_queue_is_204()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("hard");
        long first = await owner.PutAsync(queue, "one");
        long second = await owner.PutAsync(queue, "two");

        Assert.Equal(new Item(queue, first, "one", 0), await owner.TakeAsync(queue));
        Assert.Equal(1, await elsewhere.DepthAsync(queue));
        Assert.Equal(new Item(queue, second, "two", 0), await elsewhere.TakeAsync(queue));
        Assert.Equal(0, await owner.DepthAsync(queue));
        (await owner.GetAsync($"/q/{queue}")).Expect(HttpStatusCode.NoContent);
        (await owner.GetAsync($"/q/{queue}?soft=true")).Expect(HttpStatusCode.NoContent);
        (await owner.GetAsync($"/q/{queue}?ack=true")).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_leased_item_is_nobody_else_s_counts_and_is_consumed_by_its_acknowledgement()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("lease");
        long key = await owner.PutAsync(queue, "one");

        Assert.Equal(key, (await owner.TakeAsync(queue, "?ack=true&lease=30"))!.Key);
        Assert.Null(await elsewhere.TakeAsync(queue));
        Assert.Equal(1, await elsewhere.DepthAsync(queue));
        (await elsewhere.DeleteAsync($"/q/{queue}/{key}")).Expect(HttpStatusCode.NoContent);

        Assert.Equal(0, await owner.DepthAsync(queue));
        (await owner.DeleteAsync($"/q/{queue}/{key}")).ExpectProblem(HttpStatusCode.NotFound, "no_such_message");
    }

    [Fact]
    public async Task An_item_whose_lease_has_ended_is_the_oldest_again()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("expire");
        long first = await owner.PutAsync(queue, "one");
        long second = await owner.PutAsync(queue, "two");
        long asked = TimeProvider.System.GetTimestamp();
        await owner.TakeAsync(queue, "?ack=true&lease=2");

        // On a machine that stood still for so long the lease has ended already.
        long oldest = (await owner.TakeAsync(queue, "?soft=true"))!.Key;
        Assert.True(oldest == second || TimeProvider.System.GetElapsedTime(asked) >= TimeSpan.FromSeconds(2), $"The oldest was {oldest} while {first} was leased.");
        await Eventually.ValueAsync(async () => (await owner.TakeAsync(queue, "?soft=true"))!.Key, key => key == first);
        (await owner.DeleteAsync($"/q/{queue}/{first}")).ExpectProblem(HttpStatusCode.NotFound, "no_such_message");

        Assert.Equal([first, second], [(await owner.TakeAsync(queue))!.Key, (await owner.TakeAsync(queue))!.Key]);
        Assert.Equal(0, await owner.DepthAsync(queue));
    }

    [Fact]
    public async Task Only_who_leased_an_item_acknowledges_it()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser other = await nodes.UserAsync();
        string queue = nodes.Name("holder");
        long key = await owner.PutAsync(queue, "one");
        await owner.InviteAsync(queue, other);
        await owner.TakeAsync(queue, "?ack=true");

        (await other.DeleteAsync($"/q/{queue}/{key}")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await owner.DeleteAsync($"/q/{queue}/{key}")).Expect(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("lease=1", true)]
    [InlineData("lease=3600", true)]
    [InlineData("lease=0", false)]
    [InlineData("lease=3601", false)]
    [InlineData("lease=-1", false)]
    [InlineData("lease=x", false)]
    public async Task Leases_last_1_to_3600_seconds(string lease, bool allowed)
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("bounds");
        await owner.PutAsync(queue, "one");

        Answer answer = await owner.GetAsync($"/q/{queue}?ack=true&{lease}");

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(1, await owner.DepthAsync(queue));
    }

    [Fact]
    public async Task Everything_is_consumed_by_a_delete_of_the_queue_leased_items_too()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("clear");
        long leased = await owner.PutAsync(queue, "one");
        await owner.PutAsync(queue, "two");
        await owner.PutAsync(queue, "three");
        await owner.TakeAsync(queue, "?ack=true");

        (await owner.DeleteAsync($"/q/{queue}")).Expect(HttpStatusCode.NoContent);

        Assert.Equal(0, await owner.DepthAsync(queue));
        Assert.Null(await owner.TakeAsync(queue));
        (await owner.DeleteAsync($"/q/{queue}/{leased}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal(3, (await owner.StatsAsync(queue)).GetProperty("consumed").GetInt64());
        await owner.PutAsync(queue, "four");
        Assert.Equal("four", (await owner.TakeAsync(queue))!.Value);
    }

    [Fact]
    public async Task Deleted_messages_are_skipped_edits_change_the_value_and_no_other_entry_is_an_item()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser other = await nodes.UserAsync();
        string queue = nodes.Name("changes");
        string messages = $"/api/v1/conversations/group:{queue}/messages";
        long[] keys = [await owner.PutAsync(queue, "0"), await owner.PutAsync(queue, "1"), await owner.PutAsync(queue, "2"), await owner.PutAsync(queue, "3")];
        await owner.InviteAsync(queue, other);
        (await owner.SendAsync(HttpMethod.Patch, $"{messages}/{keys[1]}", Json("""{"text":"edited"}"""))).ExpectSuccess();
        (await owner.SendAsync(HttpMethod.Put, $"{messages}/{keys[1]}/reactions/%F0%9F%91%8D")).ExpectSuccess();
        Assert.Equal(keys[0], (await owner.TakeAsync(queue, "?ack=true"))!.Key);
        (await owner.DeleteAsync($"{messages}/{keys[0]}")).ExpectSuccess();
        (await owner.DeleteAsync($"{messages}/{keys[2]}")).ExpectSuccess();

        Assert.Equal(2, await owner.DepthAsync(queue));
        (await owner.DeleteAsync($"/q/{queue}/{keys[0]}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal("edited", (await owner.TakeAsync(queue))!.Value);
        Assert.Equal("3", (await owner.TakeAsync(queue))!.Value);
        Assert.Equal(0, await owner.DepthAsync(queue));
        Assert.Null(await owner.TakeAsync(queue));
    }

    [Fact]
    public async Task Where_history_begins_with_joining_nobody_gets_what_is_older()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser late = await nodes.UserAsync();
        string queue = nodes.Name("joined");
        await owner.PutAsync(queue, "before");
        (await owner.SendAsync(HttpMethod.Patch, $"/api/v1/groups/{queue}", Json("""{"history":"joined"}"""))).ExpectSuccess();
        await owner.InviteAsync(queue, late);
        await owner.PutAsync(queue, "after");

        Assert.Null(await late.TakeAsync(queue));
        Assert.Equal("before", (await owner.TakeAsync(queue))!.Value);
        Assert.Equal("after", (await late.TakeAsync(queue))!.Value);
    }

    [Fact]
    public async Task Nothing_of_a_queue_outlives_its_group()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("gone");
        await owner.PutAsync(queue, "one");
        await owner.PutAsync(queue, "two");
        await owner.TakeAsync(queue, "?ack=true");
        (await owner.DeleteAsync($"/api/v1/groups/{queue}")).ExpectSuccess();

        (await owner.GetAsync($"/q/{queue}")).ExpectProblem(HttpStatusCode.NotFound, "no_such_conversation");
        using var redis = await nodes.Redis.ConnectAsync();
        var keys = (string[])(await redis.GetDatabase().ExecuteAsync("KEYS", $"{{c:group:{queue}}}:*"))!;
        Assert.Equal(["log", "meta"], keys.Select(key => key[(key.LastIndexOf(':') + 1)..]).Order());
    }

    private static StringContent Json(string json) => new(json, System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"));
}
