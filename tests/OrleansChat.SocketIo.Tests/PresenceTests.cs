using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests;

/// <summary>Who is there: over all nodes and doors.</summary>
public sealed class PresenceTests(NodeProcess node, SharedServer shared)
{
    [Fact]
    public async Task A_user_whose_transport_is_lost_has_left_20_seconds_later()
    {
        string ann = SharedServer.Name("ann");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        await using StockClient bob = await StockClient.ConnectAsync(node, shared.Url);
        long before = TimeProvider.System.GetTimestamp();
        await alice.HoldAsync();

        await ChangeAsync(bob, ann, "left");

        Assert.True(TimeProvider.System.GetElapsedTime(before) >= TimeSpan.FromSeconds(19.9), "It was said to have left too early.");
    }

    [Fact]
    public async Task People_of_other_doors_come_and_go_and_talk()
    {
        string ann = SharedServer.Name("ann");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        string dan = SharedServer.Name("dan");
        using var http = new HttpClient { BaseAddress = shared.Url };
        using HttpResponseMessage guest = await http.PostAsJsonAsync("/api/v1/guests", new { name = dan });
        string token = (await guest.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        using (var native = new ClientWebSocket())
        {
            await native.ConnectAsync(new Uri($"ws://{shared.Url.Authority}/ws?token={token}"), CancellationToken.None);
            await ChangeAsync(alice, dan, "joined");
            await SendAsync(native, """{"do":"group.join","group":"lobby","id":1}""");
            // Commands overtake each other: one who is not yet a member cannot send.
            await ReplyAsync(native, 1);
            await SendAsync(native, """{"do":"send","conversation":"group:lobby","text":"from the other door","id":2}""");
            await SendAsync(native, $$"""{"do":"send","to":"{{ann}}","text":"and privately"}""");
            Assert.Equal(dan, (await alice.EventAsync("chat-message")).GetProperty("nickname").GetString());
            Assert.Equal("and privately", (await alice.EventAsync("private-message")).GetProperty("message").GetString());
            await native.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithinAsync();
        }

        await ChangeAsync(alice, dan, "left");
    }

    [Fact]
    public async Task A_name_is_one_persons_on_all_nodes_and_free_when_they_leave()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess north = await ServerProcess.StartAsync(redis, "--node", "north");
        await using ServerProcess south = await ServerProcess.StartAsync(redis, "--node", "south");
        await using StockClient alice = await StockClient.EnterAsync(node, north.Url, "alice");
        await using StockClient other = await StockClient.ConnectAsync(node, south.Url);

        Assert.False((await other.CallAsync("set-nickname", "alice"))[0].GetBoolean());
        alice.Leave();
        await ChangeAsync(other, "alice", "left");
        Assert.True((await other.CallAsync("set-nickname", "alice"))[0].GetBoolean());
        Assert.Equal(["alice"], (await other.EventAsync("users")).EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_registered_name_needs_its_password_and_may_come_in_twice()
    {
        string eve = SharedServer.Name("eve");
        using var http = new HttpClient { BaseAddress = shared.Url };
        using HttpResponseMessage registered = await http.PostAsJsonAsync("/api/v1/users", new { name = eve, password = "open sesame" });
        registered.EnsureSuccessStatusCode();
        await using StockClient first = await StockClient.ConnectAsync(node, shared.Url);
        await using StockClient second = await StockClient.ConnectAsync(node, shared.Url);
        await using StockClient watcher = await StockClient.ConnectAsync(node, shared.Url);

        Assert.False((await first.CallAsync("set-nickname", eve))[0].GetBoolean());
        JsonElement wrong = (await first.CallAsync("sign-in", new { name = eve, password = "open sesam" }))[0];
        Assert.Equal("unauthenticated", wrong.GetProperty("error").GetProperty("name").GetString());
        Assert.Equal(eve, (await first.CallAsync("sign-in", new { name = eve, password = "open sesame" }))[0].GetProperty("ok").GetProperty("user").GetString());
        await ChangeAsync(watcher, eve, "joined");
        Assert.True((await second.CallAsync("sign-in", new { name = eve, password = "open sesame" }))[0].TryGetProperty("ok", out _));
        first.Leave();
        await second.CallAsync("chat-message", new { message = "still here" });
        await watcher.EventAsync("chat-message");
        Assert.DoesNotContain(watcher.Untaken("users-changed"), change => change.GetProperty("user").GetString() == eve);
        second.Leave();
        await ChangeAsync(watcher, eve, "left");
    }

    private static Task<JsonElement> ChangeAsync(StockClient client, string user, string what) =>
        client.EventAsync("users-changed", change => change.GetProperty("user").GetString() == user && change.GetProperty("event").GetString() == what);

    private static async Task ReplyAsync(ClientWebSocket native, int id)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await native.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WithinAsync();
                length += read.Count;
            }
            while (!read.EndOfMessage);

            foreach (string line in Encoding.UTF8.GetString(buffer, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                JsonElement reply = JsonElement.Parse(line);
                if (reply.TryGetProperty("re", out JsonElement re) && re.GetInt32() == id)
                {
                    Assert.True(reply.TryGetProperty("ok", out _), line);
                    return;
                }
            }
        }
    }

    private static Task SendAsync(ClientWebSocket native, string command) =>
        native.SendAsync(Encoding.UTF8.GetBytes(command), WebSocketMessageType.Text, true, CancellationToken.None);
}
