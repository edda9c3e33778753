using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Storage;

using OrleansChat.Client;

/// <summary>Two server processes on a Redis Cluster of three masters, each told of another one of them.</summary>
public sealed class RedisClusterTests
{
    [Fact]
    public async Task People_on_two_nodes_talk_while_the_slot_of_their_conversation_moves_to_another_master()
    {
        await using RedisClusterFixture redis = await RedisClusterFixture.StartAsync();
        await using ServerProcess north = await StartAsync(redis.Nodes[0].Endpoint, "north");
        await using ServerProcess south = await StartAsync(redis.Nodes[1].Endpoint, "south");
        await using Member alice = await JoinAsync("alice", north);
        await using Member bob = await JoinAsync("bob", south);
        await using Member carol = await JoinAsync("carol", south);
        await alice.Chat.CreateGroupAsync("team", members: ["bob", "carol"]);
        string[] conversations = ["group:team", "dm:alice:bob"];

        await using SteadyLoad load = new([alice, bob], conversations, TimeSpan.FromMilliseconds(20));
        await load.EachAckedAsync(10);
        foreach (string conversation in conversations)
        {
            string meta = $"{{c:{conversation}}}:meta";
            await redis.MoveSlotAsync(meta, (await redis.MasterOfAsync(meta) + 1) % redis.Nodes.Count);
            await load.EachAckedAsync(10);
        }

        IReadOnlyList<Sent> sent = await load.StopAsync();
        foreach (string conversation in conversations)
        {
            Transcript transcript = await Transcript.ReadAsync(bob.Chat, conversation);
            transcript.AssertKept(sent);
            await transcript.AssertHeardAsync(alice.Recorder);
            await transcript.AssertHeardAsync(bob.Recorder);
        }

        await (await Transcript.ReadAsync(carol.Chat, "group:team")).AssertHeardAsync(carol.Recorder);
        using HttpClient http = new() { BaseAddress = north.Url };

        // Redis has a second to answer, which on a busy machine is not always enough.
        await Eventually.ValueAsync(
            async () => (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode, status => status == System.Net.HttpStatusCode.OK);
    }

    private static Task<ServerProcess> StartAsync(string redis, string name) =>
        ServerProcess.StartAsync("--redis", redis, "--node", name, "--guests", "true", "--limits", "off", "--log-level", "warning");

    private static async Task<Member> JoinAsync(string name, ServerProcess home) =>
        await Member.ConnectAsync(name, await ChatCluster.TokenAsync(name, home), [home.Url]);
}
