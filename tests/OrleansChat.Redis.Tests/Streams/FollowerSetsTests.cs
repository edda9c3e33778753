using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Runtime;
using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Streams;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Streams;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Redis.Tests.Streams;

/// <summary>Notes of who follows what, taken for many conversations at once.</summary>
public sealed class FollowerSetsTests
{
    private const int Many = 500;

    [Fact]
    public async Task Many_followed_at_once_are_a_few_steps_and_each_hears_whether_it_was_new()
    {
        await using RedisConversations own = await StartAsync();
        var sets = new FollowerSets(own.Connection);
        StreamName[] names = [.. Enumerable.Range(0, Many).Select(Name)];
        await sets.AddAsync("n1", names[3]);
        await sets.AddAsync("n2", names[4]);
        await own.CommandAsync("CONFIG", "RESETSTAT");

        bool[] added = await Task.WhenAll(names.Select(name => sets.AddAsync("n1", name)));

        Assert.Equal(names.Select((_, i) => i != 3), added);
        Assert.InRange(await CallsAsync(own), 2, 2 * 8);
        Assert.Equal(Many, (await own.CommandAsync("SCARD", RedisKeys.Follows("n1"))).Number());
        Assert.Equal("n1", await NodesAsync(own, names[0]));
        Assert.Equal("n2 n1", await NodesAsync(own, names[4]));
        Assert.DoesNotContain(true, await Task.WhenAll(names.Select(name => sets.AddAsync("n1", name))));
    }

    [Fact]
    public async Task Many_left_at_once_leave_the_notes_of_other_nodes()
    {
        await using RedisConversations own = await StartAsync();
        var sets = new FollowerSets(own.Connection);
        StreamName[] names = [.. Enumerable.Range(0, Many).Select(Name)];
        await Task.WhenAll(names.SelectMany(name => new[] { sets.AddAsync("n1", name), sets.AddAsync("n2", name) }));
        await own.CommandAsync("CONFIG", "RESETSTAT");

        await Task.WhenAll(names.Select(name => sets.RemoveAsync("n1", name)));

        Assert.InRange(await CallsAsync(own), 1, 8);
        Assert.Equal(0, (await own.CommandAsync("SCARD", RedisKeys.Follows("n1"))).Number());
        Assert.Equal(Many, (await own.CommandAsync("SCARD", RedisKeys.Follows("n2"))).Number());
        foreach (StreamName name in names)
        {
            Assert.Equal("n2", await NodesAsync(own, name));
        }
    }

    [Fact]
    public async Task What_Redis_refuses_for_one_is_not_refused_for_those_that_came_with_it()
    {
        await using RedisConversations own = await StartAsync();
        var sets = new FollowerSets(own.Connection);
        StreamName[] names = [.. Enumerable.Range(0, 50).Select(Name)];
        await own.CommandAsync("SET", names[20].Nodes, "something else");

        Task<bool>[] adding = [.. names.Select(name => sets.AddAsync("n1", name))];

        for (int i = 0; i < names.Length; i++)
        {
            if (i == 20)
            {
                await Assert.ThrowsAsync<RedisServerException>(() => adding[i].WithinAsync());
            }
            else
            {
                Assert.True(await adding[i].WithinAsync());
                Assert.Equal("n1", await NodesAsync(own, names[i]));
            }
        }
    }

    [Fact]
    public async Task Node_that_was_swept_notes_nothing()
    {
        await using RedisConversations own = await StartAsync();
        var sets = new FollowerSets(own.Connection);
        await own.CommandAsync("SET", RedisKeys.EndedNode("n1"), "1");

        Task<bool>[] adding = [.. Enumerable.Range(0, 50).Select(i => sets.AddAsync("n1", Name(i)))];

        foreach (Task<bool> one in adding)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => one.WithinAsync());
        }

        Assert.Equal(string.Empty, await NodesAsync(own, Name(0)));
    }

    private static StreamName Name(int i) => StreamName.Of(StreamId.Create(ChatStreams.Conversation, $"group:g{i}"));

    // Notes are taken together once it is known that this is no cluster.
    private static async Task<RedisConversations> StartAsync()
    {
        RedisConversations own = await RedisConversations.StartAsync();
        await own.Log.EndsAsync([ConversationId.Group("none")]);
        Assert.True(own.Connection.Reads.IsSingleServer);
        return own;
    }

    private static async Task<string> NodesAsync(RedisConversations own, StreamName name) => (await own.CommandAsync("HGET", name.Nodes, "nodes")).Text();

    private static async Task<int> CallsAsync(RedisConversations own) =>
        Regex.Match((await own.CommandAsync("INFO", "commandstats")).Text(), "cmdstat_evalsha:calls=([0-9]+)") is { Success: true } found
            ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;
}
