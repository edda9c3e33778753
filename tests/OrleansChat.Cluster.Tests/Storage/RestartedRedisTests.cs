using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Redis;

namespace OrleansChat.Cluster.Tests.Storage;

using OrleansChat.Client;

/// <summary>Redis is killed, and starts again with what its append-only file holds.</summary>
public sealed class RestartedRedisTests
{
    private const string Group = "group:all";

    [Fact]
    public async Task Redis_killed_and_restarted_under_load_has_every_acknowledged_message_and_sessions_recover_by_themselves()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync(new RedisServerOptions { Settings = ["appendfsync always"] });
        Member[] members = [.. await cluster.JoinAsync("north", 6, cluster.North), .. await cluster.JoinAsync("south", 6, cluster.South)];
        await members[0].Chat.CreateGroupAsync("all", members: members.Select(member => member.Name));
        await using SteadyLoad load = new(members, [Group], TimeSpan.FromMilliseconds(50));

        for (int crash = 0; crash < 2; crash++)
        {
            await load.EachAckedAsync(10);
            await cluster.Redis.Server.KillAsync();
            await cluster.Redis.Server.RestartAsync();
        }

        await load.EachAckedAsync(10);
        IReadOnlyList<Sent> sent = await load.StopAsync();
        Transcript transcript = await Transcript.ReadAsync(members[^1].Chat, Group);
        transcript.AssertKept(sent);
        await Task.WhenAll(members.Select(member => transcript.AssertHeardAsync(member.Recorder)));
        Assert.All(members, member => Assert.Empty(member.Recorder.Of<ConversationResetEvent>()));
    }
}
