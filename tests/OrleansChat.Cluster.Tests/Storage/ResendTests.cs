using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Storage;

using OrleansChat.Client;

/// <summary>The same sends, again and again, at the same time and in many places.</summary>
public sealed class ResendTests
{
    private const string Group = "group:team";
    private const int Ids = 1000;
    private const int Times = 10;
    private const int InFlight = 120;

    [Fact]
    public async Task Ten_thousand_concurrent_sends_of_a_thousand_client_ids_on_two_nodes_make_a_thousand_entries()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        string token = await ChatCluster.TokenAsync("alice", cluster.North);
        Session[] devices = await Task.WhenAll(Enumerable.Range(0, Times).Select(i =>
            cluster.OpenAsync("alice", i % 2 == 0 ? cluster.North : cluster.South, token)));
        await devices[0].Chat.CreateGroupAsync("team");

        SendAck[][] acks = await Task.WhenAll(devices.Select((device, i) => SendAllAsync(device, new Random(i))))
            .WithinAsync(what: "all acknowledgements");

        Transcript transcript = await Transcript.ReadAsync(devices[1].Chat, Group);
        Assert.Equal(Ids + 1, transcript.Last);
        transcript.AssertKept(acks[0].Select((ack, id) => new Sent(Group, "alice", $"id.{id}", ack)).OrderBy(sent => sent.Ack.Seq));
        for (int id = 0; id < Ids; id++)
        {
            SendAck[] same = [.. acks.Select(device => device[id])];
            string told = $"id.{id}: {string.Join(", ", same.Select(ack => ack.Seq + (ack.Duplicate ? " again" : " new")))}";
            Assert.True(same.All(ack => ack.Seq == same[0].Seq && ack.At == same[0].At && ack.Epoch == transcript.Epoch), told);
            Assert.True(same.Count(ack => !ack.Duplicate) == 1, told);
        }

        await Task.WhenAll(devices.Select(device => transcript.AssertHeardAsync(device.Recorder)));
    }

    /// <summary>Sends every id once, in an order of its own, many at a time. The acknowledgements are in the order of the ids.</summary>
    private static async Task<SendAck[]> SendAllAsync(Session device, Random random)
    {
        int[] order = [.. Enumerable.Range(0, Ids)];
        random.Shuffle(order);
        SendAck[] acks = new SendAck[Ids];
        await Parallel.ForEachAsync(
            order,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight },
            async (id, _) => acks[id] = await device.SendAsync(Group, $"id.{id}", $"text of id.{id}"));
        return acks;
    }
}
