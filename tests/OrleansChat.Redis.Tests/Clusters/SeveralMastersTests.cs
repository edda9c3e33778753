using Microsoft.Extensions.Options;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Tests.Conversations;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Clusters;

/// <summary>What there is only with several masters: each knows its own scripts and keys, and slots move.</summary>
[Collection(OnCluster.Name)]
public sealed class SeveralMastersTests(ClusterConversations cluster) : ConversationSpecification
{
    protected override IMessageLog Log => cluster.Log;

    protected override IGroupStore Groups => cluster.Groups;

    [Fact]
    public async Task Conversations_spread_over_all_masters_and_each_lies_on_one()
    {
        await cluster.Cluster.FlushAsync();
        Talk[] talks = [.. Enumerable.Range(0, 60).Select(_ => NewDirect().Talk)];

        await Task.WhenAll(talks.Select(talk => talk.SayAsync(talk.Pair()[0].User, "hi")));

        for (int master = 0; master < cluster.Cluster.Nodes.Count; master++)
        {
            IReadOnlyList<string> keys = await cluster.Cluster.KeysAsync(master, "{c:*");
            int logs = keys.Count(key => key.EndsWith(":log", StringComparison.Ordinal));
            Assert.NotEqual(0, logs);
            Assert.Equal(logs, keys.Count(key => key.EndsWith(":meta", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Every_master_knows_every_script_after_the_first_call_of_a_node()
    {
        await ForgetScriptsAsync();
        await using var connection = new RedisConnection(Options.Create(new RedisOptions { Configuration = cluster.Cluster.Endpoint }), TimeProvider.System);
        string[] hashes = [.. RedisScript.All().Select(script => Convert.ToHexStringLower(script.Hash))];

        await connection.ExecuteAsync("PING");

        for (int master = 0; master < cluster.Cluster.Nodes.Count; master++)
        {
            IReadOnlyList<string> known = await cluster.Cluster.CallAsync(master, ["SCRIPT", "EXISTS", .. hashes]);
            Assert.Equal(hashes.Length, known.Count(answer => answer == "1"));
        }
    }

    [Fact]
    public async Task Master_that_forgot_the_scripts_is_told_again()
    {
        Talk[] talks = [.. Enumerable.Range(0, 12).Select(_ => NewDirect().Talk)];
        await Task.WhenAll(talks.Select(talk => talk.SayAsync(talk.Pair()[0].User, "before")));
        await ForgetScriptsAsync();

        long[] numbers = await Task.WhenAll(talks.Select(talk => talk.SayAsync(talk.Pair()[1].User, "after")));

        Assert.All(numbers, number => Assert.Equal(2, number));
    }

    [Fact]
    public async Task Slot_that_moves_to_another_master_takes_its_conversations_along_while_they_are_written_to()
    {
        (Talk talk, string one, _) = NewDirect();
        await talk.SayAsync(one, "0", "c.0");
        string meta = RedisKeys.Meta(talk.Id.Value)!;
        int home = await cluster.Cluster.MasterOfAsync(meta);
        int sent = 1;
        using CancellationTokenSource stop = new();
        Task sending = SendAsync();

        for (int move = 1; move <= 3; move++)
        {
            int before = Volatile.Read(ref sent);
            await cluster.Cluster.MoveSlotAsync(meta, (home + move) % cluster.Cluster.Nodes.Count);
            await Eventually.TrueAsync(() => Volatile.Read(ref sent) > before + 5 || sending.IsCompleted, what: "sends after the move");
        }

        await stop.CancelAsync();
        await sending;
        LogRange log = await talk.RangeAsync(limit: 100_000);
        Assert.Equal(sent, log.Last);
        Assert.Equal(
            Enumerable.Range(0, sent).Select(i => $"{i}"),
            log.Entries.Select(entry => Json.Text(entry.Message)));

        async Task SendAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.Equal(sent + 1, await talk.SayAsync(one, $"{sent}", $"c.{sent}"));
                Interlocked.Increment(ref sent);
            }
        }
    }

    private async Task ForgetScriptsAsync()
    {
        for (int master = 0; master < cluster.Cluster.Nodes.Count; master++)
        {
            await cluster.Cluster.CallAsync(master, "SCRIPT", "FLUSH");
        }
    }
}
