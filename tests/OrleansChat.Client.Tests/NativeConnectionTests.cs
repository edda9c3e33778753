using System.Net.WebSockets;
using System.Text;

namespace OrleansChat.Client.Tests;

public sealed class NativeConnectionTests : IAsyncLifetime
{
    private ScriptedServer _server = null!;
    private NativeConnection _client = null!;
    private ScriptedSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        var connecting = NativeConnection.ConnectAsync(_server.Address, new() { Token = "t" });
        _session = await _server.AcceptAsync();
        await _session.HelloAsync();
        _client = await connecting.Soon();
    }

    public async ValueTask DisposeAsync()
    {
        _session.Abort();
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Connect_shows_the_token_and_reads_the_hello()
    {
        var hello = await _client.Hello;

        Assert.Equal("Bearer t", _session.Authorization);
        Assert.Equal("chat.v1", _client.SubProtocol);
        Assert.Equal(("alice", "s", "n", 8192), (hello.User, hello.Session, hello.Node, hello.Limits.GetProperty("text").GetInt32()));
    }

    [Fact]
    public async Task Replies_that_overtake_each_other_reach_their_own_callers()
    {
        var first = _client.CallAsync("user", new { name = "a" });
        var second = _client.CallAsync("user", new { name = "b" });
        var one = await _session.ExpectAsync("user");
        var two = await _session.ExpectAsync("user");

        await _session.OkAsync(two, """{"name":"b"}""");
        await _session.OkAsync(one, """{"name":"a"}""");

        Assert.Equal("a", one.GetProperty("name").GetString());
        Assert.Equal("a", (await first.Soon()).GetProperty("name").GetString());
        Assert.Equal("b", (await second.Soon()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Error_reply_throws_with_code_name_and_retry()
    {
        var call = _client.HistoryAsync("group:x");
        await _session.ErrorAsync(await _session.ExpectAsync("history"), 4030, "not_member");

        var error = await Assert.ThrowsAsync<ChatException>(() => call.Soon());
        Assert.Equal((4030, "not_member", false), (error.Code, error.Name, error.Retry));
    }

    [Fact]
    public async Task Frame_with_several_objects_gives_each_of_them_in_order()
    {
        await _client.Events.ReadAsync().Soon();
        var ping = _client.PingAsync();
        var id = (await _session.ExpectAsync("ping")).GetProperty("id");

        await _session.SendAsync($$$"""
            {"ev":"typing","conversation":"c","from":"bob"}
            {"re":{{{id}}},"ok":{}}

            {"ev":"message","message":{"conversation":"c","seq":3,"text":"a\nb"}}
            """);

        await ping.Soon();
        Assert.Equal("typing", (await _client.Events.ReadAsync().Soon()).Event);
        var message = await _client.Events.ReadAsync().Soon();
        Assert.Equal("""{"conversation":"c","seq":3,"text":"a\nb"}""", Encoding.UTF8.GetString(message.Body.Span));
    }

    [Fact]
    public async Task Large_frame_is_read_whole()
    {
        await _client.Events.ReadAsync().Soon();
        var text = new string('x', 300_000);

        await _session.SendAsync($$"""{"ev":"other","text":"{{text}}"}""");

        Assert.Equal(text, (await _client.Events.ReadAsync().Soon()).Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Raw_frame_goes_out_as_it_is_and_its_reply_can_be_awaited()
    {
        var reply = _client.ReplyTo(900);
        _client.SendRaw("{\"id\":900,\"do\":\"ping\"}\n{\"do\":\"typing\"}"u8.ToArray());

        await _session.OkAsync(await _session.ExpectAsync("ping"), "{}");
        await _session.ExpectAsync("typing");

        Assert.True((await reply.Soon()).IsOk);
    }

    [Fact]
    public async Task Error_without_a_command_appears_among_the_events()
    {
        await _client.Events.ReadAsync().Soon();

        await _session.SendAsync("""{"error":{"code":4000,"name":"bad_request","message":"no","retry":false}}""");

        Assert.True((await _client.Events.ReadAsync().Soon()).IsError);
    }

    [Fact]
    public async Task Close_code_is_observed_and_fails_waiting_calls()
    {
        var ping = _client.PingAsync();
        await _session.ExpectAsync("ping");

        await _session.CloseAsync(3502);

        Assert.Equal((3502, "test", false), await _client.Closed.Soon() is var close ? (close.Code, close.Reason, close.MayReconnect) : default);
        var error = await Assert.ThrowsAsync<ChatClosedException>(() => ping.Soon());
        Assert.Equal(3502, error.Code);
        await Assert.ThrowsAsync<ChatClosedException>(() => _client.PingAsync().Soon());
    }

    [Fact]
    public async Task Broken_connection_gives_1006()
    {
        _session.Abort();

        Assert.Equal(1006, (await _client.Closed.Soon()).Code);
    }

    [Fact]
    public async Task Malformed_json_ends_the_connection()
    {
        await _session.SendAsync("{\"ev\":");

        Assert.IsAssignableFrom<System.Text.Json.JsonException>((await _client.Closed.Soon()).Cause);
    }

    [Fact]
    public async Task Cancelled_call_stops_waiting_and_its_late_reply_is_harmless()
    {
        using var cancel = new CancellationTokenSource();
        var ping = _client.PingAsync(cancel.Token);
        var command = await _session.ExpectAsync("ping");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping.Soon());
        await _session.OkAsync(command, "{}");

        var next = _client.PingAsync();
        await _session.OkAsync(await _session.ExpectAsync("ping"), "{}");
        await next.Soon();
    }

    [Fact]
    public async Task Close_sends_its_code()
    {
        await _client.CloseAsync((WebSocketCloseStatus)4001).Soon();
        await _session.Ended.Task.Soon();

        Assert.Equal(4001, _session.ClientClose);
    }

    [Fact]
    public async Task Close_before_the_hello_fails_the_connect()
    {
        var connecting = NativeConnection.ConnectAsync(_server.Address, new() { Token = "t", TokenPlace = TokenPlace.Query });
        var session = await _server.AcceptAsync();
        await session.CloseAsync(3500);

        Assert.Equal("?token=t", session.Query);
        Assert.Equal(3500, (await Assert.ThrowsAsync<ChatClosedException>(() => connecting.Soon())).Code);
    }

    [Fact]
    public async Task Token_can_be_shown_by_a_command()
    {
        var connecting = NativeConnection.ConnectAsync(_server.Address, new() { Token = "t", TokenPlace = TokenPlace.Command });
        var session = await _server.AcceptAsync();
        var auth = await session.ExpectAsync("auth");
        await session.HelloAsync("carol");
        await using var client = await connecting.Soon();

        Assert.Equal("t", auth.GetProperty("token").GetString());
        Assert.Equal("carol", (await client.Hello).User);
    }

    [Fact]
    public async Task Send_gives_the_number()
    {
        var send = _client.SendAsync(new OutgoingMessage { To = "bob", Text = "hé", ClientId = "c-1", Echo = false });
        var command = await _session.AckSendAsync(7);

        Assert.Equal(7, (await send.Soon()).Seq);
        Assert.Equal("""{"id":1,"do":"send","to":"bob","clientId":"c-1","text":"hé","echo":false}""", command.GetRawText());
    }
}
