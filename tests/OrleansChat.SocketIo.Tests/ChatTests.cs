using System.Text.Json;
using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests;

/// <summary>The chat's events, row by row, with stock clients.</summary>
public sealed class ChatTests(NodeProcess node, SharedServer shared)
{
    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task A_message_to_the_lobby_reaches_everybody(string transport)
    {
        (string ann, string ben) = (SharedServer.Name("ann"), SharedServer.Name("ben"));
        await using StockClient nameless = await StockClient.ConnectAsync(node, shared.Url, transport);
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann, transport);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben, transport);

        JsonElement ack = (await alice.CallAsync("chat-message", new { message = "hello", nickname = "somebody-else" }))[0];

        foreach (StockClient client in (StockClient[])[nameless, alice, bob])
        {
            JsonElement heard = await client.EventAsync("chat-message");
            Assert.Equal(ann, heard.GetProperty("nickname").GetString());
            Assert.Equal("hello", heard.GetProperty("message").GetString());
            Assert.Equal(ack.GetProperty("seq").GetInt64(), heard.GetProperty("seq").GetInt64());
            Assert.True(heard.GetProperty("at").GetInt64() > 1_700_000_000_000);
            Assert.Equal(4, heard.EnumerateObject().Count());
        }
    }

    [Fact]
    public async Task A_client_upgrades_from_polling_to_WebSocket_and_loses_nothing()
    {
        await using StockClient client = StockClient.Open(node, shared.Url.ToString(), "polling", "websocket");
        await client.ConnectedAsync();
        Assert.True((await client.CallAsync("set-nickname", SharedServer.Name("up")))[0].GetBoolean());
        for (int i = 0; i < 50; i++)
        {
            client.Emit("chat-message", new { message = $"up {i}" });
        }

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal($"up {i}", (await client.EventAsync("chat-message")).GetProperty("message").GetString());
        }

        Assert.Equal("websocket", (await client.HappenedAsync("upgrade")).GetProperty("transport").GetString());
    }

    [Fact]
    public async Task A_taken_or_bad_name_is_false_and_a_free_one_is_announced()
    {
        string name = SharedServer.Name("carl");
        await using StockClient first = await StockClient.ConnectAsync(node, shared.Url);
        await using StockClient second = await StockClient.ConnectAsync(node, shared.Url);

        Assert.True((await first.CallAsync("set-nickname", name.ToUpperInvariant()))[0].GetBoolean());
        Assert.False((await second.CallAsync("set-nickname", name))[0].GetBoolean());
        Assert.False((await second.CallAsync("set-nickname", "<b>"))[0].GetBoolean());
        Assert.False((await second.CallAsync("set-nickname", 7))[0].GetBoolean());
        Assert.False((await second.CallAsync("set-nickname"))[0].GetBoolean());
        Assert.True((await first.CallAsync("set-nickname", name))[0].GetBoolean());
        Assert.False((await first.CallAsync("set-nickname", SharedServer.Name("other")))[0].GetBoolean());

        foreach (StockClient client in (StockClient[])[first, second])
        {
            JsonElement joined = await client.EventAsync("users-changed", change => change.GetProperty("user").GetString() == name);
            Assert.Equal("joined", joined.GetProperty("event").GetString());
        }

        JsonElement users = await first.EventAsync("users");
        Assert.Contains(name, users.EnumerateArray().Select(user => user.GetString()));
    }

    [Fact]
    public async Task Who_comes_in_is_shown_the_last_50_messages()
    {
        await using StockClient writer = await StockClient.EnterAsync(node, shared.Url, SharedServer.Name("w"));
        for (int i = 1; i <= 60; i++)
        {
            await writer.CallAsync("chat-message", new { message = $"past {i}" });
        }

        await using StockClient reader = await StockClient.ConnectAsync(node, shared.Url);
        Assert.True((await reader.CallAsync("set-nickname", SharedServer.Name("r")))[0].GetBoolean());
        JsonElement[] history = [.. (await reader.EventAsync("history")).EnumerateArray()];

        Assert.Equal(Enumerable.Range(11, 50).Select(i => $"past {i}"), history.Select(message => message.GetProperty("message").GetString()));
        Assert.All(history, message => Assert.Equal(4, message.EnumerateObject().Count()));
    }

    [Fact]
    public async Task A_socket_without_a_name_cannot_send()
    {
        await using StockClient nameless = await StockClient.ConnectAsync(node, shared.Url);
        object message = new { message = "x", to = "somebody", room = "room", conversation = "group:lobby", seq = 1 };

        foreach (string name in (string[])["chat-message", "private-message", "room-message", "join-room", "leave-room", "read", "typing"])
        {
            Assert.Equal("unauthenticated", await ErrorAsync(nameless, name, message));
        }

        Assert.Equal("bad_request", await ErrorAsync(nameless, "no-such-event", message));
    }

    [Fact]
    public async Task Others_hear_who_is_typing_but_not_the_writer_and_not_the_nameless()
    {
        string ann = SharedServer.Name("ann");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, SharedServer.Name("ben"));
        await using StockClient nameless = await StockClient.ConnectAsync(node, shared.Url);

        alice.Emit("typing");
        Assert.Equal(ann, (await bob.EventAsync("typing")).GetString());

        await bob.CallAsync("chat-message", new { message = "barrier" });
        await alice.EventAsync("chat-message");
        await nameless.EventAsync("chat-message");
        Assert.Empty(alice.Untaken("typing"));
        Assert.Empty(nameless.Untaken("typing"));
    }

    [Fact]
    public async Task Private_messages_reach_both_people_and_nobody_else()
    {
        (string ann, string ben) = (SharedServer.Name("ann"), SharedServer.Name("ben"));
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben);
        await using StockClient nameless = await StockClient.ConnectAsync(node, shared.Url);

        JsonElement first = (await alice.CallAsync("private-message", new { to = ben, message = "psst", clientId = "p1" }))[0].GetProperty("ok");
        JsonElement again = (await alice.CallAsync("private-message", new { to = ben, message = "psst", clientId = "p1" }))[0].GetProperty("ok");
        JsonElement heard = await bob.EventAsync("private-message");
        await alice.EventAsync("private-message");

        Assert.Equal(first.GetProperty("seq").GetInt64(), again.GetProperty("seq").GetInt64());
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Equal(ann, heard.GetProperty("from").GetString());
        Assert.Equal(ben, heard.GetProperty("to").GetString());
        Assert.Equal("psst", heard.GetProperty("message").GetString());
        Assert.Equal(1, heard.GetProperty("seq").GetInt64());
        Assert.Equal("{\"ok\":{}}", (await bob.CallAsync("read", new { conversation = $"dm:{ann}:{ben}", seq = 1 }))[0].GetRawText());
        Assert.Equal("conflict", await ErrorAsync(alice, "private-message", new { to = ben, message = "other", clientId = "p1" }));
        Assert.Equal("no_such_user", await ErrorAsync(alice, "private-message", new { to = "nobody-here", message = "x" }));
        Assert.Equal("bad_request", await ErrorAsync(alice, "private-message", new { to = ben }));
        Assert.Equal("bad_request", await ErrorAsync(alice, "private-message", "just text"));
        Assert.Equal("too_large", await ErrorAsync(alice, "private-message", new { to = ben, message = new string('x', 9000) }));
        await alice.CallAsync("chat-message", new { message = "barrier" });
        await nameless.EventAsync("chat-message");
        Assert.Empty(nameless.Untaken("private-message"));
    }

    [Fact]
    public async Task Rooms_are_groups_that_are_joined_and_left()
    {
        string room = SharedServer.Name("room");
        string ann = SharedServer.Name("ann");
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, ann);
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, SharedServer.Name("ben"));

        Assert.Equal("no_such_conversation", await ErrorAsync(alice, "room-message", new { room, message = "too early" }));
        Assert.True((await alice.CallAsync("join-room", new { room }))[0].TryGetProperty("ok", out _));
        Assert.Equal("not_member", await ErrorAsync(bob, "room-message", new { room, message = "from outside" }));
        Assert.True((await bob.CallAsync("join-room", new { room }))[0].TryGetProperty("ok", out _));
        Assert.True((await alice.CallAsync("room-message", new { room, message = "inside", clientId = "r1" }))[0].TryGetProperty("ok", out _));

        JsonElement heard = await bob.EventAsync("room-message");
        Assert.Equal(room, heard.GetProperty("room").GetString());
        Assert.Equal(ann, heard.GetProperty("from").GetString());
        Assert.Equal("inside", heard.GetProperty("message").GetString());
        Assert.True((await bob.CallAsync("leave-room", new { room }))[0].TryGetProperty("ok", out _));
        await alice.CallAsync("room-message", new { room, message = "without bob" });
        await alice.CallAsync("chat-message", new { message = "barrier" });
        await bob.EventAsync("chat-message", message => message.GetProperty("message").GetString() == "barrier");
        Assert.Empty(bob.Untaken("room-message"));
    }

    [Fact]
    public async Task What_looks_like_markup_arrives_as_the_same_text()
    {
        const string Markup = "<img src=x onerror=alert(1)>\"'\\\u2028</script>&amp;\ud83d\ude00";
        await using StockClient alice = await StockClient.EnterAsync(node, shared.Url, SharedServer.Name("ann"));

        await alice.CallAsync("chat-message", new { message = Markup });

        Assert.Equal(Markup, (await alice.EventAsync("chat-message")).GetProperty("message").GetString());
    }

    private static async Task<string?> ErrorAsync(StockClient client, string name, object argument) =>
        (await client.CallAsync(name, argument))[0].GetProperty("error").GetProperty("name").GetString();
}
