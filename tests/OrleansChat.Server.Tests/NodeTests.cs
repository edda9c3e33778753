using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>Whole nodes with clients on them.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task A_message_sent_on_one_node_reaches_a_client_of_another()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess north = await ServerProcess.StartAsync(redis, "--node", "north");
        await using ServerProcess south = await ServerProcess.StartAsync(redis, "--node", "south");
        await using NativeClient alice = await NativeClient.ConnectAsync(north, "alice");
        await using NativeClient bob = await NativeClient.ConnectAsync(south, "bob");

        JsonElement sent = await alice.CallAsync("""{"do":"send","to":"bob","clientId":"1","text":"from the north"}""");
        JsonElement received = (await bob.EventAsync("message")).GetProperty("message");

        Assert.Equal("from the north", received.GetProperty("text").GetString());
        Assert.Equal(sent.GetProperty("seq").GetInt64(), received.GetProperty("seq").GetInt64());
        Assert.StartsWith("north-", north.Ready["node"], StringComparison.Ordinal);
        Assert.StartsWith("south-", south.Ready["node"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drain_sends_clients_elsewhere_and_exits_with_0_before_its_deadline()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using NativeClient alice = await NativeClient.ConnectAsync(server, "alice");
        using HttpClient http = new() { BaseAddress = server.Url };

        Task<int> exit = server.StopAsync();
        JsonElement bye = await alice.EventAsync("bye");
        await alice.ClosedAsync();

        Assert.Equal(3000, bye.GetProperty("code").GetInt32());
        Assert.True(bye.GetProperty("reconnect").GetBoolean());
        Assert.Equal(3000, (int?)alice.CloseStatus);
        Assert.Equal(0, await exit);

        // What Kestrel says of a machine that stands still is not ours.
        Assert.DoesNotContain("warn: OrleansChat", server.Errors, StringComparison.Ordinal);
        Assert.Empty(server.Failures);
    }

    [Fact]
    public async Task An_acknowledged_message_is_kept_over_a_crash_of_server_and_private_Redis()
    {
        await using TestDirectory data = new();
        await using ServerProcess crashed = await ServerProcess.StartAsync("--data", data.Path);
        await using NativeClient alice = await NativeClient.ConnectAsync(crashed, "alice");
        await using NativeClient bob = await NativeClient.ConnectAsync(crashed, "bob");
        await alice.CallAsync("""{"do":"group.create","group":"north","title":"North","join":"open","members":["bob"]}""");
        await alice.CallAsync("""{"do":"send","conversation":"group:north","clientId":"1","text":"kept"}""");
        OrleansChat.Redis.PosixSignals.Kill(data.PrivateRedisPid!.Value);
        await crashed.KillAsync();

        await using ServerProcess next = await ServerProcess.StartAsync("--data", data.Path);
        await using NativeClient carol = await NativeClient.ConnectAsync(next, "carol");
        await carol.CallAsync("""{"do":"group.join","group":"north"}""");
        JsonElement page = await carol.CallAsync("""{"do":"history","conversation":"group:north","limit":10}""");

        Assert.Contains("kept", page.GetProperty("messages").EnumerateArray().Select(message => message.TryGetProperty("text", out JsonElement text) ? text.GetString() : null));
    }
}
