using OrleansChat.Resp.Tests.Support;

namespace OrleansChat.Resp.Tests;

/// <summary>What every Redis client says besides the commands of this door.</summary>
public sealed class ConnectionTests(RespCluster cluster)
{
    private const string Key = "open sesame please";

    [Theory]
    [InlineData("PONG", "PING")]
    [InlineData("hi", "ping", "hi")]
    [InlineData("hi", "ECHO", "hi")]
    [InlineData("OK", "SELECT", "0")]
    [InlineData("-ERR DB index is out of range", "SELECT", "1")]
    [InlineData("-ERR value is not an integer or out of range", "SELECT", "x")]
    [InlineData("(nil)", "CLIENT", "GETNAME")]
    [InlineData("OK", "CLIENT", "SETNAME", "me")]
    [InlineData("-ERR Client names cannot contain spaces, newlines or special characters.", "CLIENT", "SETNAME", "m e")]
    [InlineData("OK", "CLIENT", "SETINFO", "LIB-NAME", "lib")]
    [InlineData("OK", "CLIENT", "NO-EVICT", "ON")]
    [InlineData("OK", "CLIENT", "REPLY", "ON")]
    [InlineData("[databases, 1]", "CONFIG", "GET", "databases")]
    [InlineData("RESET", "RESET")]
    [InlineData("-ERR unknown command 'GET', with args beginning with: 'x' ", "GET", "x")]
    [InlineData("-ERR unknown command 'MULTI', with args beginning with: ", "MULTI")]
    [InlineData("-ERR wrong number of arguments for 'echo' command", "ECHO")]
    [InlineData("-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?", "AUTH", "x")]
    [InlineData("OK", "AUTH", "default", "x")]
    [InlineData("-NOPROTO unsupported protocol version", "HELLO", "4")]
    [InlineData("-ERR This instance has cluster support disabled", "CLUSTER", "NODES")]
    [InlineData("[im.link]", "COMMAND", "INFO", "im.link", "-first")]
    public async Task A_command_answers_as_Redis_does(string reply, params string[] words)
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        string answer = await door.CallAsync([.. words.TakeWhile(word => word != "-first")]);

        Assert.Equal(reply, words[^1] == "-first" ? $"[{answer.Trim('[').Split(',')[0]}]" : answer);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\nECHO carried-out\r\n")]
    [InlineData("OPTIONS /x HTTP/1.1\r\n\r\nECHO carried-out\r\n")]
    [InlineData("Host: 127.0.0.1\r\nECHO carried-out\r\n")]
    [InlineData("POST /a='b' HTTP/1.1\r\nECHO carried-out\r\n")]
    public async Task A_page_in_a_browser_that_posts_commands_to_the_door_is_cut_off_unanswered(string request)
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        await door.SendRawAsync(request);

        Assert.True(await door.IsClosedAsync());
    }

    [Fact]
    public async Task The_table_of_commands_can_be_asked_for()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Matches(@"^:\d+$", await door.CallAsync("COMMAND", "COUNT"));
        Assert.Contains("im.recive", await door.CallAsync("COMMAND"), StringComparison.Ordinal);
        Assert.Contains("[summary, Sends a direct message", await door.CallAsync("COMMAND", "DOCS", "im.send"), StringComparison.Ordinal);
        Assert.Contains("redis_version:", await door.CallAsync("INFO"), StringComparison.Ordinal);
        Assert.DoesNotContain("redis_version:", await door.CallAsync("INFO", "replication"), StringComparison.Ordinal);
        Assert.Contains("lib-name=", await door.CallAsync("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_versions_of_the_protocol_are_spoken()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Contains("proto, :3", await door.CallAsync("HELLO", "3", "SETNAME", "three"), StringComparison.Ordinal);
        Assert.Equal("three", await door.CallAsync("CLIENT", "GETNAME"));
        Assert.Equal("(nil)", await door.CallAsync("IM.RECIVE", RespCluster.Name("nobody"), "START", "0", "BLOCK", "1"));
        Assert.Contains("proto, :2", await door.CallAsync("HELLO", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inline_requests_and_half_closed_connections_are_answered()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        string bob = RespCluster.Name("bob");
        await door.SendRawAsync($"PING\r\n\r\nIM.SEND {RespCluster.Name("alice")} {bob} text \"two words\"\nIM.RECIVE {bob} START 0\nIM.RECIVE {bob} START $ BLOCK 0\n");
        door.EndSending();

        Assert.Equal("PONG", await door.ReadAsync());
        Assert.Matches(@"^\d+-1$", await door.ReadAsync());
        Assert.Equal("two words", Assert.Single(await door.ReadFeedAsync())["text"]);
        Assert.Equal("(nil)", await door.ReadAsync());
        Assert.True(await door.IsClosedAsync());
    }

    [Fact]
    public async Task Replies_come_in_the_order_of_their_requests()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        string alice = RespCluster.Name("alice");
        string bob = RespCluster.Name("bob");
        using var requests = new MemoryStream();
        for (int i = 0; i < 300; i++)
        {
            requests.Write(RespSocket.Encode("IM.SEND", alice, bob, "text", $"{i}"));
            requests.Write(RespSocket.Encode("ECHO", $"{i}"));
        }

        requests.Write(RespSocket.Encode("IM.UNREAD", bob));
        await door.SendRawAsync(requests.ToArray());

        for (int i = 0; i < 300; i++)
        {
            Assert.EndsWith($"-{i + 1}", await door.ReadAsync(), StringComparison.Ordinal);
            Assert.Equal($"{i}", await door.ReadAsync());
        }

        Assert.Equal($"[u:{alice}, :300]", await door.ReadAsync());
    }

    [Fact]
    public async Task Quitting_and_garbage_end_the_connection()
    {
        await using RespSocket quitting = await cluster.North.ConnectAsync();
        await using RespSocket garbage = await cluster.North.ConnectAsync();

        Assert.Equal("OK", await quitting.CallAsync("QUIT"));
        await garbage.SendRawAsync("*1\r\n:1\r\n");

        Assert.True(await quitting.IsClosedAsync());
        Assert.Equal("-ERR Protocol error: expected '$', got ':'", await garbage.ReadAsync());
        Assert.True(await garbage.IsClosedAsync());
    }

    [Fact]
    public async Task Channels_can_be_listened_to_though_nothing_comes()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        await door.SendAsync("SUBSCRIBE", "a", "b");
        Assert.Equal("[subscribe, a, :1]", await door.ReadAsync());
        Assert.Equal("[subscribe, b, :2]", await door.ReadAsync());
        Assert.Equal("[pong, ]", await door.CallAsync("PING"));
        Assert.StartsWith("-ERR Can't execute 'echo'", await door.CallAsync("ECHO", "x"), StringComparison.Ordinal);
        await door.SendAsync("UNSUBSCRIBE");
        await door.ReadAsync();
        Assert.Equal(":0]", (await door.ReadAsync()).Split(' ')[^1]);
        Assert.Equal("PONG", await door.CallAsync("PING"));
    }

    [Fact]
    public async Task Nobody_does_anything_without_the_key_where_there_is_one()
    {
        await using RespNode node = await RespNode.StartAsync(cluster.Redis, "--resp-key", Key);
        await using RespSocket door = await node.ConnectAsync();
        await using RespSocket hello = await node.ConnectAsync();

        Assert.Equal("-NOAUTH Authentication required.", await door.CallAsync("IM.USER", "alice"));
        Assert.Equal("-NOAUTH Authentication required.", await door.CallAsync("NONSENSE"));
        Assert.StartsWith("-WRONGPASS", await door.CallAsync("AUTH", "wrong"), StringComparison.Ordinal);
        Assert.StartsWith("-WRONGPASS", await door.CallAsync("AUTH", "root", Key), StringComparison.Ordinal);
        Assert.StartsWith("-NOAUTH HELLO", await door.CallAsync("HELLO", "3"), StringComparison.Ordinal);
        Assert.Equal("OK", await door.CallAsync("AUTH", "default", Key));
        Assert.Equal("PONG", await door.CallAsync("PING"));
        Assert.Equal("RESET", await door.CallAsync("RESET"));
        Assert.Equal("-NOAUTH Authentication required.", await door.CallAsync("PING"));
        Assert.Equal("OK", await door.CallAsync("AUTH", Key));
        Assert.Contains("proto, :3", await hello.CallAsync("HELLO", "3", "AUTH", "default", Key), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, node.Server.Output + node.Server.Errors, StringComparison.Ordinal);
    }
}
