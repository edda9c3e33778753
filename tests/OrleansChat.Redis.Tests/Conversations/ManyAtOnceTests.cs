using System.Globalization;
using System.Text.RegularExpressions;
using OrleansChat.Conversations;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Tests.Clusters;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>What reading many conversations asks of Redis, counted by Redis itself. That the answers are right is in the suites of the log.</summary>
public sealed class ManyAtOnceTests
{
    private const int Conversations = 300;

    [Fact]
    public async Task Many_summaries_are_a_few_transactions_and_no_script_runs()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        ConversationId[] ids = await FillAsync(own);
        await own.CommandAsync("CONFIG", "RESETSTAT");

        IReadOnlyList<Result<Summary>> summaries = await own.Log.SummariesAsync(ids, Ann);

        Assert.All(summaries, summary => Assert.Equal(1, Json.Ok(summary).Last));
        string stats = (await own.CommandAsync("INFO", "commandstats")).Text();
        Assert.Equal((3, 0), (Calls(stats, "exec"), Calls(stats, "evalsha")));
        Assert.Equal(5 * Conversations, Calls(stats, "hmget") + Calls(stats, "hget") + Calls(stats, "xrevrange"));
        Assert.Contains("name=orleanschat-reads", (await own.CommandAsync("CLIENT", "LIST")).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_since_is_looked_at_in_one_more_transaction_each_time()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        ConversationId[] ids = await FillAsync(own);
        foreach (ConversationId id in ids.Where((_, i) => i % 3 == 0))
        {
            await new Talk(own.Log, id).EditAsync("ann", 1, "edited");
        }

        await own.CommandAsync("CONFIG", "RESETSTAT");

        IReadOnlyList<Result<Summary>> summaries = await own.Log.SummariesAsync(ids, Ann);

        Assert.Equal(100, summaries.Count(summary => Json.Text(Json.Ok(summary).LastMessage) == "edited"));
        string stats = (await own.CommandAsync("INFO", "commandstats")).Text();
        Assert.Equal((6, 0), (Calls(stats, "exec"), Calls(stats, "evalsha")));
    }

    [Fact]
    public async Task Many_ends_are_two_transactions()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        ConversationId[] ids = await FillAsync(own);
        await own.CommandAsync("CONFIG", "RESETSTAT");

        IReadOnlyList<KnownPosition> ends = Json.Ok(await own.Log.EndsAsync(ids));

        Assert.All(ends, end => Assert.Equal(1, end.Seq));
        string stats = (await own.CommandAsync("INFO", "commandstats")).Text();
        Assert.Equal((2, 0), (Calls(stats, "exec"), Calls(stats, "evalsha")));
    }

    [Fact]
    public async Task Storage_that_is_away_is_unavailable_for_each_and_one_that_is_back_answers()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        ConversationId[] ids = await FillAsync(own);
        await own.Redis.Server.KillAsync();

        // A call that is under way when the connection ends is not tried again: it may have happened.
        Task<IReadOnlyList<Result<Summary>>> asked = own.Log.SummariesAsync(ids, Ann);
        Task<Result<IReadOnlyList<KnownPosition>>> ends = own.Log.EndsAsync(ids);

        Assert.All(await asked, summary => Assert.Same(ChatError.Unavailable, summary.Error));
        Assert.Same(ChatError.Unavailable, (await ends).Error);
        await own.Redis.Server.RestartAsync();
        Assert.Equal(ids.Length, (await own.Log.SummariesAsync(ids, Ann)).Count);
        Assert.True(own.Connection.Reads.Fits);
    }

    [Fact]
    public async Task A_key_that_is_something_else_is_a_fault_and_others_are_read_over_the_same_connection()
    {
        await using RedisConversations own = await RedisConversations.StartAsync();
        ConversationId[] ids = await FillAsync(own);
        await own.CommandAsync("SET", $"{{c:{ids[7].Value}}}:read", "text");

        await Assert.ThrowsAsync<RedisReplyException>(() => own.Log.SummariesAsync(ids[..10], Ann));

        Assert.All(await own.Log.SummariesAsync(ids[10..], Ann), summary => Assert.True(summary.IsOk));
    }

    private static Actor Ann { get; } = new("ann", string.Empty, "here");

    private static async Task<ConversationId[]> FillAsync(RedisConversations own)
    {
        Talk[] talks = [.. Enumerable.Range(0, Conversations).Select(i => new Talk(own.Log, ConversationId.Direct("ann", $"bob{i}")))];
        await Task.WhenAll(talks.Select(talk => talk.SayAsync("ann", "hi")));
        await own.Log.EndsAsync([talks[0].Id]);
        return [.. talks.Select(talk => talk.Id)];
    }

    private static int Calls(string stats, string command) =>
        Regex.Match(stats, $"cmdstat_{command}:calls=([0-9]+)") is { Success: true } found ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
}

/// <summary>A cluster answers each conversation by itself, whatever slots they lie in.</summary>
[Collection(OnCluster.Name)]
public sealed class ManyOnClusterTests(ClusterConversations cluster)
{
    [Fact]
    public async Task Conversations_of_all_masters_are_answered_in_the_order_asked_for()
    {
        Talk[] talks = [.. Enumerable.Range(0, 150).Select(i => new Talk(cluster.Log, ConversationId.Direct("many", $"peer{i}")))];
        await Task.WhenAll(talks.Select((talk, i) => talk.FillAsync("many", 1 + (i % 4))));
        ConversationId[] ids = [.. talks.Select(talk => talk.Id)];

        IReadOnlyList<Result<Summary>> summaries = await cluster.Log.SummariesAsync(ids, talks[0].By("many"));
        IReadOnlyList<KnownPosition> ends = Json.Ok(await cluster.Log.EndsAsync(ids));

        Assert.Equal(ids.Select(id => id.Value), summaries.Select(summary => Json.Ok(summary).Conversation));
        Assert.Equal(summaries.Select(summary => new KnownPosition(summary.Value!.Epoch, summary.Value.Last)), ends);
        Assert.False(cluster.Connection.Reads.Fits);
    }
}
