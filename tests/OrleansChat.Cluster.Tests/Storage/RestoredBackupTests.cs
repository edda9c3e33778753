using System.Globalization;
using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Storage;

using OrleansChat.Client;

/// <summary>The commands of docs/operations.md: a backup taken under load, restored into an empty Redis, and the nodes on it.</summary>
public sealed class RestoredBackupTests
{
    private static readonly string[] Conversations = ["group:team", "dm:alice:bob"];

    [Fact]
    public async Task A_backup_taken_under_load_has_every_message_acknowledged_before_it_and_clients_from_later_reload()
    {
        await using TestDirectory directory = new();
        DocumentedCommands commands = new("docs/operations.md", directory.Path);
        await using ChatCluster cluster = await ChatCluster.StartAsync(
            new RedisServerOptions { Settings = ["repl-diskless-sync-delay 0"] }, northAt: $"127.0.0.1:{FreePort.Next()}");
        string alice = await ChatCluster.RegisterAsync("alice", cluster.North);
        string bob = await ChatCluster.RegisterAsync("bob", cluster.South);
        Uri home = cluster.North.Url;
        Member carol = await cluster.JoinAsync("carol", cluster.North, await ChatCluster.RegisterAsync("carol", cluster.North));
        Member[] senders = [await cluster.JoinAsync("alice", cluster.North, alice), await cluster.JoinAsync("bob", cluster.South, bob)];
        await senders[0].Chat.CreateGroupAsync("team", members: ["bob", "carol"]);
        await using SteadyLoad load = new(senders, Conversations, TimeSpan.FromMilliseconds(10));
        await load.EachAckedAsync(20);

        IReadOnlyList<Sent> before = load.AckedSends();
        await commands.RunAsync("backup", Variables(cluster.Redis.Port, 0));
        await load.EachAckedAsync(20);

        Dictionary<string, ChatPosition> reached = Last(await load.StopAsync());
        await Eventually.TrueAsync(() => carol.Recorder.Last("group:team") >= reached["group:team"].Seq);
        await cluster.North.KillAsync();
        await cluster.South.KillAsync();
        await commands.RunAsync("restore", Variables(cluster.Redis.Port, FreePort.Next()));
        await using RedisServerProcess restored = await StartRestoredAsync(directory);
        await using ServerProcess node = await ServerProcess.StartAsync(
            "--redis", restored.Address.ToString(), "--http", home.Authority, "--guests", "true", "--limits", "off", "--log-level", "warning");

        Dictionary<string, ChatPosition> early = reached.ToDictionary(one => one.Key, one => one.Value with { Seq = 3 });
        await using Session late = await Session.OpenAsync("alice", node, alice, reached);
        await using Session slow = await Session.OpenAsync("bob", node, bob, early);
        foreach (string conversation in Conversations)
        {
            Transcript transcript = await Transcript.ReadAsync(late.Chat, conversation);
            transcript.AssertKept(before);
            Assert.InRange(transcript.Last, 4, reached[conversation].Seq - 1);
            Assert.NotEqual(reached[conversation].Epoch, transcript.Epoch);
            Assert.False(late.Synced.Recovered[conversation], $"{conversation} from beyond its end");
            Assert.False(slow.Synced.Recovered[conversation], $"{conversation} from within");

            SendAck ack = await late.SendAsync(conversation, "after", "text of after").WithinAsync();
            Assert.Equal(transcript.Last + 1, ack.Seq);
            Assert.Equal(transcript.Epoch, ack.Epoch);
            await Eventually.TrueAsync(() => slow.Recorder.Last(conversation) == ack.Seq, what: "bob hears what is new");
        }

        // The reconnecting client comes back by itself, reloads, and goes on.
        await Eventually.TrueAsync(() => carol.Recorder.Of<ConversationResetEvent>().Any(reset => reset.Conversation == "group:team"));
        SendAck next = await carol.Chat.SendAsync("group:team", "text of carol.1", "carol.1").WithinAsync();
        (await Transcript.ReadAsync(slow.Chat, "group:team")).AssertKept([.. before, new Sent("group:team", "carol", "carol.1", next)]);
    }

    private static Dictionary<string, string> Variables(int old, int @new) => new()
    {
        ["HOST"] = "127.0.0.1",
        ["PORT"] = old.ToString(CultureInfo.InvariantCulture),
        ["NEW"] = @new.ToString(CultureInfo.InvariantCulture),
    };

    private static Dictionary<string, ChatPosition> Last(IReadOnlyList<Sent> sent) => sent
        .GroupBy(one => one.Conversation)
        .ToDictionary(same => same.Key, same => new ChatPosition(same.First().Ack.Epoch, same.Max(one => one.Ack.Seq)));

    // As an operator starts it from now on, with its append-only file.
    private static Task<RedisServerProcess> StartRestoredAsync(TestDirectory directory) =>
        RedisServerProcess.StartAsync(Path.Combine(directory.Path, "restored")).WithinAsync(what: "the restored redis-server");
}
