using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.SignalR;

public sealed class HubResumeTests(DoorsFixture doors, NodeProcess node)
{
    [Theory]
    [MemberData(nameof(HubTests.Transports), MemberType = typeof(HubTests))]
    public async Task After_its_node_was_killed_a_client_goes_to_another_and_Sync_resumes_without_hole_or_repeat(string transport)
    {
        await using ServerProcess mortal = await doors.StartNodeAsync("--node", "mortal");
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.North, doors.Name("bob"));
        StockHubClient a = await StockHubClient.ConnectAsync(node, transport, alice.Token, mortal, doors.South);
        await a.InvokeAsync("Sync", new { positions = new { } });
        await bob.SendAsync(alice.Name, "before");
        JsonElement last = (await a.EventAsync("message")).GetProperty("message");
        string conversation = last.GetProperty("conversation").GetString()!;
        string epoch = (await a.InvokeAsync("History", new { conversation })).GetProperty("epoch").GetString()!;

        await mortal.KillAsync();
        await a.HappenedAsync("reconnecting");
        await bob.SendAsync(alice.Name, "meanwhile");
        await a.HappenedAsync("reconnected");
        JsonElement answer = await a.InvokeAsync(
            "Sync", new { positions = new Dictionary<string, object> { [conversation] = new { epoch, seq = last.GetProperty("seq").GetInt64() } } });
        await bob.SendAsync(alice.Name, "after");

        Assert.True(answer.GetProperty("recovered").GetProperty(conversation).GetBoolean());
        Assert.Equal("meanwhile", await a.TextAsync());
        Assert.Equal("after", await a.TextAsync());
    }

    [Theory]
    [MemberData(nameof(HubTests.Transports), MemberType = typeof(HubTests))]
    public async Task A_node_that_stops_sends_its_clients_to_another(string transport)
    {
        await using ServerProcess leaving = await doors.StartNodeAsync("--node", "leaving");
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        StockHubClient a = await StockHubClient.ConnectAsync(node, transport, alice.Token, leaving, doors.South);
        await a.EventAsync("hello");

        Task<int> exit = leaving.StopAsync();

        Assert.Equal(3000, (await a.EventAsync("bye")).GetProperty("code").GetInt32());
        await a.HappenedAsync("reconnected");
        Assert.StartsWith("south-", (await a.EventAsync("hello")).GetProperty("node").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await exit);
        Assert.Empty(leaving.Failures);
    }
}
