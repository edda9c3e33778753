using System.Text.Json;
using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests;

/// <summary>Connection state recovery: who comes back within two minutes, to whatever node, has missed nothing.</summary>
public sealed class RecoveryTests(NodeProcess node, SharedServer shared)
{
    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task A_client_that_lost_its_transport_is_recovered_and_gets_what_it_missed_once(string transport)
    {
        (string ann, string ben) = (SharedServer.Name("ann"), SharedServer.Name("ben"));
        string room = SharedServer.Name("room");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann, transport);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben, transport);
        await alice.CallAsync("join-room", new { room });
        await bob.CallAsync("join-room", new { room });
        await bob.CallAsync("room-message", new { room, message = "before" });
        await bob.CallAsync("chat-message", new { message = "before" });
        await alice.EventAsync("room-message");
        await alice.EventAsync("chat-message");

        await alice.HoldAsync();
        string later = SharedServer.Name("later");
        await bob.CallAsync("chat-message", new { message = "lobby 1" });
        await bob.CallAsync("room-message", new { room, message = "room 1" });
        await bob.CallAsync("private-message", new { to = ann, message = "private 1" });
        await bob.CallAsync("join-room", new { room = later });
        await bob.CallAsync("chat-message", new { message = "lobby 2" });
        alice.Resume();
        await alice.ConnectedAsync();

        Assert.True(alice.Recovered);
        await bob.CallAsync("chat-message", new { message = "lobby 3" });
        await alice.EventAsync("chat-message", message => Text(message) == "lobby 3");
        Assert.Equal("private 1", Text(await alice.EventAsync("private-message")));
        Assert.Equal("room 1", Text(await alice.EventAsync("room-message")));
        Assert.Equal(["lobby 1", "lobby 2"], alice.Untaken("chat-message").Select(Text));
        Assert.Empty(alice.Untaken("room-message"));
        Assert.DoesNotContain(bob.Untaken("users-changed"), change => change.GetProperty("user").GetString() == ann && change.GetProperty("event").GetString() == "left");
    }

    [Fact]
    public async Task A_client_without_a_name_is_recovered_too()
    {
        await using StockClient nameless = await StockClient.ConnectAsync(node, shared.Url);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, SharedServer.Name("ben"));

        await nameless.HoldAsync();
        await bob.CallAsync("chat-message", new { message = "missed" });
        nameless.Resume();
        await nameless.ConnectedAsync();

        Assert.True(nameless.Recovered);
        Assert.Equal("missed", Text(await nameless.EventAsync("chat-message")));
        await nameless.HoldAsync();
        nameless.Resume();
        await nameless.ConnectedAsync();
        Assert.True(nameless.Recovered);
        await bob.CallAsync("chat-message", new { message = "live" });
        Assert.Equal("live", Text(await nameless.EventAsync("chat-message")));
    }

    [Fact]
    public async Task A_client_that_heard_nothing_since_it_signed_in_is_recovered_again_and_again()
    {
        string ann = SharedServer.Name("ann");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        for (int i = 0; i < 6; i++)
        {
            await alice.HoldAsync();
            alice.Resume();
            await alice.ConnectedAsync();
            Assert.True(alice.Recovered);
        }

        Assert.True((await alice.CallAsync("chat-message", new { message = "still me" }))[0].GetProperty("seq").GetInt64() > 0);
    }

    [Fact]
    public async Task A_client_of_a_killed_node_is_recovered_on_another_one()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess north = await ServerProcess.StartAsync(redis, "--node", "north");
        await using ServerProcess south = await ServerProcess.StartAsync(redis, "--node", "south");
        await using StockClient alice = await StockClient.EnterAsync(node, north.Url, "alice");
        await using StockClient bob = await StockClient.EnterAsync(node, south.Url, "bob");
        await using StockClient nameless = await StockClient.ConnectAsync(node, north.Url);
        await bob.CallAsync("chat-message", new { message = "before" });
        await alice.EventAsync("chat-message");
        await nameless.EventAsync("chat-message");

        alice.Move(south.Url);
        nameless.Move(south.Url);
        await north.KillAsync();
        for (int i = 1; i <= 5; i++)
        {
            await bob.CallAsync("chat-message", new { message = $"lobby {i}" });
            await bob.CallAsync("private-message", new { to = "alice", message = $"private {i}" });
        }

        await alice.ConnectedAsync();
        await nameless.ConnectedAsync();
        Assert.True(alice.Recovered);
        Assert.True(nameless.Recovered);
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal($"lobby {i}", Text(await alice.EventAsync("chat-message")));
            Assert.Equal($"private {i}", Text(await alice.EventAsync("private-message")));
            Assert.Equal($"lobby {i}", Text(await nameless.EventAsync("chat-message")));
        }

        await alice.CallAsync("chat-message", new { message = "after" });
        Assert.Equal("after", Text(await alice.EventAsync("chat-message")));
        Assert.Equal("after", Text(await nameless.EventAsync("chat-message")));
        Assert.Empty(alice.Untaken("private-message"));
    }

    [Fact]
    public async Task A_node_that_is_stopped_sends_its_clients_elsewhere_and_ends_in_time()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess north = await ServerProcess.StartAsync(redis, "--node", "north");
        await using ServerProcess south = await ServerProcess.StartAsync(redis, "--node", "south");
        await using StockClient alice = await StockClient.EnterAsync(node, north.Url, "alice");
        await using StockClient polling = await StockClient.EnterAsync(node, north.Url, "paula", "polling");
        await using StockClient nameless = await StockClient.ConnectAsync(node, north.Url);
        StockClient[] clients = [alice, polling, nameless];
        foreach (StockClient client in clients)
        {
            client.Move(south.Url);
        }

        Assert.Equal(0, await north.StopAsync());
        Assert.DoesNotContain("Not everything was drained", north.Errors, StringComparison.Ordinal);
        Assert.Empty(north.Failures);
        foreach (StockClient client in clients)
        {
            await client.ConnectedAsync();
            Assert.True(client.Recovered);
        }

        await alice.CallAsync("chat-message", new { message = "moved" });
        foreach (StockClient client in clients)
        {
            Assert.Equal("moved", Text(await client.EventAsync("chat-message")));
        }
    }

    [Fact]
    public async Task A_client_that_left_of_its_own_accord_begins_anew()
    {
        string ann = SharedServer.Name("ann");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, SharedServer.Name("ben"));

        alice.Leave();
        await bob.EventAsync("users-changed", change => change.GetProperty("user").GetString() == ann && change.GetProperty("event").GetString() == "left");
        alice.Resume();
        await alice.ConnectedAsync();

        Assert.False(alice.Recovered);
        Assert.True((await alice.CallAsync("set-nickname", ann))[0].GetBoolean());
    }

    private static string? Text(JsonElement message) => message.GetProperty("message").GetString();
}
