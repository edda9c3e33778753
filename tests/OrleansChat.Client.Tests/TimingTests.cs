namespace OrleansChat.Client.Tests;

public sealed class TimingTests : ClientTest
{
    private readonly ManualTime _time = new();

    private protected override ChatClientOptions Options => base.Options with
    {
        Time = _time,
        Random = () => 1,
        FirstBackoff = TimeSpan.FromSeconds(1),
        MaxBackoff = TimeSpan.FromSeconds(4),
    };

    [Fact]
    public async Task Wait_after_a_loss_is_the_backoff_and_what_the_bye_asks_for()
    {
        var session = await ConnectAsync();
        await session.SendAsync("""{"ev":"bye","code":3000,"reconnect":true,"after":1500}""");
        await session.CloseAsync(3000);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2.5)).Soon();
        Assert.Equal(0, Second.Connections);

        _time.Advance(TimeSpan.FromSeconds(2.5));

        await Second.AcceptSyncedAsync();
        await Client.NextAsync<ByeEvent>();
    }

    [Fact]
    public async Task Wait_doubles_while_nobody_answers_and_starts_over_after_a_connection_that_lasted()
    {
        Second.RefuseWith = 503;
        var session = await ConnectAsync();
        session.Abort();
        await AfterAsync(1);
        await AfterAsync(2);
        var next = await First.AcceptSyncedAsync();
        await Client.NextAsync<ConnectedEvent>();
        await Client.NextAsync<ConnectedEvent>();

        _time.Advance(TimeSpan.FromSeconds(6));
        next.Abort();

        await AfterAsync(1);
    }

    [Fact]
    public async Task Conversation_that_begins_while_a_hole_is_being_filled_loses_nothing()
    {
        const string Group = "group:g";
        var session = await ConnectAsync(ScriptedSession.Summary(Group, 1));
        await session.MessagesAsync(Group, 3);
        var sync = await session.ExpectAsync("sync");
        await session.SendAsync($$"""{"ev":"conversation","summary":{{ScriptedSession.Summary(Dm, 2)}}}""");
        await session.MessagesAsync(Dm, 1);
        await session.OkAsync(sync, $$$"""{"conversations":[{{{ScriptedSession.Summary(Group, 3)}}},{{{ScriptedSession.Summary(Dm, 2)}}}],"recovered":{"{{{Group}}}":true}}""");
        await session.MessagesAsync(Group, 2, 3);
        await Client.DeliversAsync(1, 2, 3);

        // Of the second message nothing will come over this connection; it is given up, and the next one resumes.
        await _time.WaitForTimerAsync(TimeSpan.FromMilliseconds(20)).Soon();
        _time.Advance(TimeSpan.FromSeconds(11));
        await AfterAsync(1);
        var next = await Second.AcceptAsync();
        await next.HelloAsync();
        var positions = await next.AnswerSyncAsync($"{ScriptedSession.Summary(Group, 3)},{ScriptedSession.Summary(Dm, 2)}", $"\"{Group}\":true,\"{Dm}\":true");
        await next.MessagesAsync(Dm, 2);

        Assert.Equal(1, positions.GetProperty(Dm).GetProperty("seq").GetInt64());
        await Client.DeliversAsync(2);
    }

    [Fact]
    public async Task Connection_that_leaves_sends_unanswered_is_given_up()
    {
        var session = await ConnectAsync();
        var send = Client.SendAsync(Dm, "m", "c-1");
        await session.ExpectAsync("send");

        _time.Advance(TimeSpan.FromSeconds(31));
        await AfterAsync(1);
        var next = await Second.AcceptSyncedAsync();

        Assert.Equal("c-1", (await next.AckSendAsync(1)).GetProperty("clientId").GetString());
        await send.Soon();
    }

    [Fact]
    public async Task Hole_that_the_server_does_not_fill_ends_the_connection()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 1));
        await session.MessagesAsync(Dm, 3);
        await session.AnswerSyncAsync(ScriptedSession.Summary(Dm, 3), $"\"{Dm}\":true");

        // The repair looks every 20 ms whether the hole is filled, for as long as a connection may take to sync.
        await _time.WaitForTimerAsync(TimeSpan.FromMilliseconds(20)).Soon();
        _time.Advance(TimeSpan.FromSeconds(11));
        await AfterAsync(1);
        var next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, 3), $"\"{Dm}\":true");
        await next.MessagesAsync(Dm, 2, 3);
        await Client.DeliversAsync(2, 3);
    }

    [Fact]
    public async Task Call_without_an_answer_is_unavailable()
    {
        var session = await ConnectAsync();
        var ping = Client.PingAsync();
        await session.ExpectAsync("ping");

        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(ChatError.Unavailable, (await Assert.ThrowsAsync<ChatException>(() => ping.Soon())).Code);
    }

    private async Task AfterAsync(double seconds)
    {
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(seconds)).Soon();
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }
}
