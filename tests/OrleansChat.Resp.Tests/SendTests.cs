using OrleansChat.Resp.Tests.Support;

namespace OrleansChat.Resp.Tests;

/// <summary><c>IM.SEND</c>, <c>IM.MESSAGE</c>, <c>IM.READ</c>, <c>IM.UNREAD</c>.</summary>
public sealed class SendTests(RespCluster cluster)
{
    private readonly string _alice = RespCluster.Name("alice");
    private readonly string _bob = RespCluster.Name("bob");
    private readonly string _team = RespCluster.Name("team");

    [Fact]
    public async Task A_message_has_its_fields_and_says_who_sent_it_whatever_the_sender_says()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        string id = await door.CallAsync(
            "IM.SEND", _alice, _bob, "text", "hi there", "uid", "mallory", "tuid", "eve", "gid", "staff", "color", "red", "color", "blue", "emoji", "\u2728\n");

        Assert.Matches(@"^\d{13}-1$", id);
        FeedMessage message = Assert.Single(await door.ReceiveAsync(_bob, "START", "0"));
        Assert.Equal($"uid {_alice} tuid {_bob} text hi there color blue emoji \u2728\n", message.Fields);
        Assert.Equal(message.Fields, Assert.Single(await door.ReceiveAsync(_alice, "START", "0")).Fields);
    }

    [Fact]
    public async Task Unknown_people_named_in_a_write_are_registered_without_a_password()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "hi");

        Assert.Equal($"[name, {_alice}]", await door.CallAsync("IM.USER", _alice));
        Assert.Equal($"[name, {_bob}]", await door.CallAsync("IM.USER", _bob));
    }

    [Fact]
    public async Task A_message_is_found_by_the_id_of_sending_it_and_by_that_of_the_feed()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);
        string direct = await door.CallAsync("IM.SEND", _alice, _bob, "text", "direct");
        string group = await door.CallAsync("IM.GSEND", _alice, _team, "text", "group");
        string ofDirect = $"[uid, {_alice}, tuid, {_bob}, text, direct]";
        string ofGroup = $"[uid, {_alice}, gid, {_team}, text, group]";

        Assert.Equal($"[{direct}, {ofDirect}]", await door.CallAsync("IM.MESSAGE", _bob, direct));
        Assert.Equal($"[{direct}, {ofDirect}]", await door.CallAsync("IM.MESSAGE", "user", _alice, direct));
        Assert.Equal($"[{group}, {ofGroup}]", await door.CallAsync("IM.MESSAGE", "GROUP", _team, group));
        Assert.Equal($"[{group}, {ofGroup}]", await door.CallAsync("IM.MESSAGE", _alice, group));
        Assert.Equal("(nil)", await door.CallAsync("IM.MESSAGE", _bob, group));
        foreach (FeedMessage message in await door.ReceiveAsync(_alice, "START", "0"))
        {
            string expected = $"[{message.Id}, {(message["gid"] is null ? ofDirect : ofGroup)}]";
            Assert.Equal(expected, await door.CallAsync("IM.MESSAGE", "USER", _alice, message.Id));
        }

        FeedMessage last = (await door.ReceiveAsync(_alice, "START", "0"))[^1];
        Assert.Equal($"[{last.Id}, {ofGroup}]", await door.CallAsync("IM.MESSAGE", "GROUP", _team, last.Id));
        Assert.Equal("(nil)", await door.CallAsync("IM.MESSAGE", _alice, "1-1"));
        Assert.Equal("(nil)", await door.CallAsync("IM.MESSAGE", "GROUP", _team, "99999999999999-77"));
    }

    [Fact]
    public async Task Unread_messages_are_counted_by_conversation_until_they_are_marked_read()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);
        await door.CallAsync("IM.JOIN", _bob, _team);
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "1");
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "2");
        List<FeedMessage> direct = await door.ReceiveAsync(_bob, "START", "0");
        await door.CallAsync("IM.GSEND", _alice, _team, "text", "3");

        Assert.Equal($"[g:{_team}, :1, u:{_alice}, :2]", Sorted(await door.CallAsync("IM.UNREAD", _bob)));
        Assert.Equal("OK", await door.CallAsync("IM.READ", _bob, direct[^2].Id));
        Assert.Equal($"[g:{_team}, :1, u:{_alice}, :1]", Sorted(await door.CallAsync("IM.UNREAD", _bob)));
        Assert.Equal("OK", await door.CallAsync("IM.READ", _bob, direct[^1].Id));
        Assert.Equal($"[g:{_team}, :1]", await door.CallAsync("IM.UNREAD", _bob));
        Assert.Equal("OK", await door.CallAsync("IM.READ", _bob, (await door.ReceiveAsync(_bob, "START", "0"))[^1].Id));
        Assert.Equal("[]", await door.CallAsync("IM.UNREAD", _bob));
        Assert.Equal("[]", await door.CallAsync("IM.UNREAD", _alice));
    }

    [Theory]
    [InlineData("-ERR wrong number of arguments for 'im.send' command", "IM.SEND", "carol", "dave", "text")]
    [InlineData("-ERR wrong number of arguments for 'im.send' command", "IM.SEND", "carol", "dave", "text", "hi", "more")]
    [InlineData("-ERR bad name", "IM.SEND", "carol", "d ave", "text", "hi")]
    [InlineData("-ERR There is no conversation with oneself.", "IM.SEND", "carol", "carol", "text", "hi")]
    [InlineData("-ERR the field 'action' is reserved", "IM.SEND", "carol", "dave", "action", "link")]
    [InlineData("-ERR the message is empty", "IM.SEND", "carol", "dave", "uid", "eve")]
    [InlineData("-ERR wrong number of arguments for 'im.message' command", "IM.MESSAGE", "carol")]
    [InlineData("-ERR wrong number of arguments for 'im.message' command", "IM.MESSAGE", "USER", "carol", "1-1", "2")]
    [InlineData("-ERR syntax error", "IM.MESSAGE", "ROOM", "carol", "1-1")]
    [InlineData("-ERR Invalid stream ID specified as stream command argument", "IM.MESSAGE", "carol", "first")]
    [InlineData("-ERR Invalid stream ID specified as stream command argument", "IM.READ", "carol", "1-x")]
    [InlineData("-ERR wrong number of arguments for 'im.read' command", "IM.READ", "carol")]
    [InlineData("-ERR wrong number of arguments for 'im.unread' command", "IM.UNREAD")]
    public async Task What_makes_no_sense_is_refused(string error, params string[] words)
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal(error, await door.CallAsync(words));
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_or_too_long_is_refused()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        byte[] request = RespSocket.Encode("IM.SEND", _alice, _bob, "text", "~");
        request[Array.IndexOf(request, (byte)'~')] = 0xff;

        await door.SendRawAsync(request);
        Assert.Equal("-ERR invalid UTF-8", await door.ReadAsync());
        Assert.StartsWith("-TOOLARGE", await door.CallAsync("IM.SEND", _alice, _bob, "text", new string('x', 8193)), StringComparison.Ordinal);
    }

    private static string Sorted(string pairs) =>
        $"[{string.Join(", ", pairs.Trim('[', ']').Split(", ").Chunk(2).OrderBy(pair => pair[0], StringComparer.Ordinal).SelectMany(pair => pair))}]";
}
