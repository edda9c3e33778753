using OrleansChat.Chaos.Running;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>With <c>--wait-replicas 1</c> an acknowledgement says that a replica has the message too.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task A_send_is_acknowledged_when_the_replica_has_it_and_unavailable_while_it_does_not_answer()
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(new RunOptions { Nodes = 1, WaitReplicas = 1 });
        string token = await cluster.RegisterAsync("ann");
        await cluster.RegisterAsync("bob");
        await using NativeConnection ann = await NativeConnection.ConnectAsync(cluster.Nodes[0].Url, new NativeConnectionOptions { Token = token });

        NativeReply first = await SendAsync(ann, "first");
        cluster.Storage.Replica!.Server.Pause();
        NativeReply waiting = await SendAsync(ann, "second");
        cluster.Storage.Replica.Server.Resume();
        NativeReply again = await Eventually.ValueAsync(() => SendAsync(ann, "second"), reply => reply.IsOk);

        Assert.Equal(1, first.Ok().GetProperty("seq").GetInt64());
        Assert.Equal(OrleansChat.Client.ChatError.Unavailable, waiting.Error?.Code);
        Assert.Equal(2, again.Ok().GetProperty("seq").GetInt64());
        Assert.True(again.Ok().GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task What_was_acknowledged_with_a_replica_is_there_after_it_has_taken_the_primarys_place()
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(new RunOptions { Nodes = 1, WaitReplicas = 1 });
        string token = await cluster.RegisterAsync("ann");
        await cluster.RegisterAsync("bob");
        await using NativeConnection ann = await NativeConnection.ConnectAsync(cluster.Nodes[0].Url, new NativeConnectionOptions { Token = token });
        NativeReply before = await SendAsync(ann, "before");

        await cluster.Storage.FailOverAsync(TimeSpan.FromMilliseconds(50), TimeSpan.Zero, cluster.MoveTo);
        NativeReply again = await Eventually.ValueAsync(() => SendAsync(ann, "before"), reply => reply.IsOk);

        Assert.True(before.IsOk);
        Assert.Equal(before.Ok().GetProperty("seq").GetInt64(), again.Ok().GetProperty("seq").GetInt64());
        Assert.True(again.Ok().GetProperty("duplicate").GetBoolean());
    }

    private static Task<NativeReply> SendAsync(NativeConnection from, string clientId) => from.AskAsync("send", writer =>
    {
        writer.WriteString("to", "bob");
        writer.WriteString("clientId", clientId);
        writer.WriteString("text", clientId);
    }).WithinAsync(what: $"the answer to {clientId}");
}
