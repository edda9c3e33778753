using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Rights;

using OrleansChat.Client;

/// <summary>Somebody loses the right to speak while they speak, on several connections to two nodes.</summary>
public sealed class RemovalRaceTests
{
    private const int Rounds = 6;

    [Fact]
    public async Task A_kick_that_races_sends_is_final_for_every_session_on_both_nodes()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Rounds).Select(round => KickAsync(cluster, round)));
    }

    [Fact]
    public async Task A_block_that_races_sends_lets_nothing_of_the_blocked_person_through_once_it_has_returned()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Rounds).Select(round => BlockAsync(cluster, round)));
    }

    private static async Task KickAsync(ChatCluster cluster, int round)
    {
        string group = $"group:g{round}";
        string name = $"victim-{round}";
        Session owner = await cluster.OpenAsync($"owner-{round}", round % 2 == 0 ? cluster.North : cluster.South);
        Session[] bystanders = [await cluster.OpenAsync($"north-{round}", cluster.North), await cluster.OpenAsync($"south-{round}", cluster.South)];
        Racer[] racers = await RacersAsync(cluster, name, group);
        await owner.Chat.CreateGroupAsync($"g{round}", members: [name, .. bystanders.Select(bystander => bystander.Name)]);
        Task<IReadOnlyList<string>>[] races = await RaceAsync(racers);

        ChangePosition kick = await owner.Chat.KickAsync($"g{round}", name).WithinAsync();
        IReadOnlyList<string> refusals = await RefusalsAsync(racers, races, group);
        for (int i = 0; i < 5; i++)
        {
            await bystanders[i % 2].SendAsync(group, $"secret.{i}", "not for the victim").WithinAsync();
        }

        Transcript transcript = await Transcript.ReadAsync(owner.Chat, group);
        Assert.All(refusals, refusal => Assert.Equal("not_member", refusal));
        AssertSilentAfter(transcript, name, kick.Seq);
        AssertKept(transcript, racers);
        await Task.WhenAll(bystanders.Append(owner).Select(member => transcript.AssertHeardAsync(member.Recorder)));
        foreach (Racer racer in racers)
        {
            await AssertDeafAfterAsync(racer.Session, transcript, kick.Seq);
        }
    }

    private static async Task BlockAsync(ChatCluster cluster, int round)
    {
        string direct = $"dm:alice-{round}:bob-{round}";
        string name = $"bob-{round}";
        Session alice = await cluster.OpenAsync($"alice-{round}", round % 2 == 0 ? cluster.North : cluster.South);
        Racer[] racers = await RacersAsync(cluster, name, direct);
        Task<IReadOnlyList<string>>[] races = await RaceAsync(racers);

        await alice.Chat.BlockAsync(name).WithinAsync();
        Task<SendAck> mark = alice.SendAsync(direct, "mark", "text of mark");
        IReadOnlyList<string> refusals = await RefusalsAsync(racers, races, direct);

        Transcript transcript = await Transcript.ReadAsync(alice.Chat, direct);
        Assert.All(refusals, refusal => Assert.Equal("blocked", refusal));
        AssertSilentAfter(transcript, name, (await mark.WithinAsync()).Seq);
        AssertKept(transcript, racers);
        await transcript.AssertHeardAsync(alice.Recorder);
    }

    /// <summary>Two connections of one person to the north and one to the south.</summary>
    private static async Task<Racer[]> RacersAsync(ChatCluster cluster, string name, string conversation)
    {
        string token = await ChatCluster.TokenAsync(name, cluster.North);
        ServerProcess[] nodes = [cluster.North, cluster.North, cluster.South];
        return await Task.WhenAll(nodes.Select(async (node, i) => new Racer(await cluster.OpenAsync(name, node, token), conversation, $"{name}.{i}")));
    }

    private static async Task<Task<IReadOnlyList<string>>[]> RaceAsync(Racer[] racers)
    {
        Task<IReadOnlyList<string>>[] races = [.. racers.Select(racer => racer.RunAsync())];
        await Eventually.TrueAsync(() => racers.All(racer => racer.Acked >= 5));
        return races;
    }

    /// <summary>How the race ended for each, and how it goes for whoever tries again.</summary>
    private static async Task<IReadOnlyList<string>> RefusalsAsync(Racer[] racers, Task<IReadOnlyList<string>>[] races, string conversation)
    {
        NativeReply[] again = await Task.WhenAll(racers.Select(racer => racer.Session.AskToSendAsync(conversation, "late", "too late"))).WithinAsync(what: "the last sends");
        IReadOnlyList<string>[] ended = await Task.WhenAll(races).WithinAsync(what: "the end of the race");
        return [.. ended.SelectMany(names => names), .. again.Select(reply => reply.Error?.Name ?? "ok")];
    }

    private static void AssertKept(Transcript transcript, Racer[] racers) =>
        transcript.AssertKept(racers.SelectMany(racer => racer.Sent).OrderBy(sent => sent.Ack.Seq));

    private static void AssertSilentAfter(Transcript transcript, string name, long seq)
    {
        Heard[] slipped = [.. transcript.Entries.Where(entry => entry.From == name && entry.Seq > seq)];
        Assert.True(slipped.Length == 0, $"{transcript.Conversation}: over for {name} at {seq}, and then {string.Join("; ", slipped.Take(5).AsEnumerable())}");
    }

    /// <summary>The session heard the log from its beginning to the kick or a little less, was told that it is out, and heard nothing since.</summary>
    private static async Task AssertDeafAfterAsync(Session session, Transcript transcript, long kick)
    {
        await Eventually.TrueAsync(() => session.Recorder.Of<ConversationRemovedEvent>().Any(removed => removed.Conversation == transcript.Conversation));
        await session.Chat.PingAsync().WithinAsync();
        Assert.Empty(session.Recorder.Violations);
        IReadOnlyList<Heard> heard = session.Recorder.In(transcript.Conversation);
        Assert.Equal(transcript.Entries.Take(heard.Count), heard);
        Assert.True(heard.Count <= kick, $"{session.Recorder.Who} was kicked at {kick} and heard up to {heard.Count}");
    }
}
