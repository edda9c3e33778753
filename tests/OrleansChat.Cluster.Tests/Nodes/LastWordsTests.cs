using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Nodes;

using OrleansChat.Client;

/// <summary>A node dies right after it acknowledged something that makes a conversation new to somebody on another node.</summary>
public sealed class LastWordsTests
{
    private const int Pairs = 12;

    [Fact]
    public async Task A_first_direct_message_reaches_another_node_though_the_senders_node_dies_right_after_the_acknowledgement()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        (Session[] senders, Session[] receivers) = await PairsAsync(cluster);

        bool[] acked = await KillAfterFirstAsync(cluster, i => senders[i].SendAsync(Direct(i), "first", "text of first"));

        Assert.Contains(true, acked);
        for (int i = 0; i < Pairs; i++)
        {
            await AssertArrivedAsync(receivers[i], Direct(i), acked[i], entries: 1);
        }
    }

    [Fact]
    public async Task A_group_reaches_its_first_members_on_another_node_though_the_creators_node_dies_right_after_the_acknowledgement()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        (Session[] senders, Session[] receivers) = await PairsAsync(cluster);

        bool[] acked = await KillAfterFirstAsync(cluster, i => senders[i].Chat.CreateGroupAsync($"g{i}", members: [receivers[i].Name]));

        Assert.Contains(true, acked);
        for (int i = 0; i < Pairs; i++)
        {
            await AssertArrivedAsync(receivers[i], $"group:g{i}", acked[i], entries: 1);
        }
    }

    [Fact]
    public async Task An_invitation_reaches_another_node_though_the_inviters_node_dies_right_after_the_acknowledgement()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        (Session[] senders, Session[] receivers) = await PairsAsync(cluster);
        await Task.WhenAll(senders.Select((sender, i) => sender.Chat.CreateGroupAsync($"g{i}"))).WithinAsync();

        bool[] acked = await KillAfterFirstAsync(cluster, i => senders[i].Chat.InviteAsync($"g{i}", receivers[i].Name));

        Assert.Contains(true, acked);
        for (int i = 0; i < Pairs; i++)
        {
            await AssertArrivedAsync(receivers[i], $"group:g{i}", acked[i], entries: 2);
        }
    }

    private static string Direct(int i) => $"dm:receiver-{i:00}:sender-{i:00}";

    private static async Task<(Session[] Senders, Session[] Receivers)> PairsAsync(ChatCluster cluster)
    {
        Session[] senders = await Task.WhenAll(Enumerable.Range(0, Pairs).Select(i => cluster.OpenAsync($"sender-{i:00}", cluster.North)));
        Session[] receivers = await Task.WhenAll(Enumerable.Range(0, Pairs).Select(i => cluster.OpenAsync($"receiver-{i:00}", cluster.South)));
        return (senders, receivers);
    }

    /// <summary>Does all at once and kills the node with the first answer. True where an answer came.</summary>
    private static async Task<bool[]> KillAfterFirstAsync(ChatCluster cluster, Func<int, Task> act)
    {
        Task[] acts = [.. Enumerable.Range(0, Pairs).Select(act)];
        Task first = await Task.WhenAny(acts).WithinAsync(what: "the first answer");
        PosixSignals.Kill(cluster.North.Pid);
        await first;
        return await Task.WhenAll(acts.Select(AnsweredAsync)).WithinAsync(what: "the end of the connections");
    }

    private static async Task<bool> AnsweredAsync(Task act)
    {
        try
        {
            await act;
            return true;
        }
        catch (ChatClosedException)
        {
            return false;
        }
    }

    /// <summary>What was acknowledged arrives; what was not acknowledged arrives as well where it happened.</summary>
    private static async Task AssertArrivedAsync(Session receiver, string conversation, bool acked, int entries)
    {
        if (!acked && !await HappenedAsync(receiver, conversation))
        {
            Assert.Empty(receiver.Recorder.In(conversation));
            return;
        }

        Transcript transcript = await Transcript.ReadAsync(receiver.Chat, conversation);
        Assert.Equal(entries, transcript.Last);
        await transcript.AssertHeardAsync(receiver.Recorder, from: entries);
    }

    private static async Task<bool> HappenedAsync(Session receiver, string conversation)
    {
        try
        {
            return (await Patiently.AsTold(() => receiver.Chat.HistoryAsync(conversation), $"history of {conversation}")).Messages.Count > 0;
        }
        catch (ChatException refused) when (refused.Name is "not_member" or "no_such_conversation")
        {
            return false;
        }
    }
}
