namespace OrleansChat.Client.Tests;

public sealed class ResumeTests : ClientTest
{
    private const string Group = "group:dev";

    private protected override ChatClientOptions Options => base.Options with { EventCapacity = 50 };

    [Fact]
    public async Task First_sync_has_no_positions()
    {
        var connecting = Client.ConnectAsync();
        var session = await First.AcceptAsync();
        await session.HelloAsync();

        Assert.Equal("{}", (await session.AnswerSyncAsync()).GetRawText());
        await connecting.Soon();
    }

    [Fact]
    public async Task Reconnect_sends_what_was_delivered_and_goes_on_without_hole_or_repeat()
    {
        var session = await ConnectAsync($"{ScriptedSession.Summary(Dm, 5)},{ScriptedSession.Summary(Group, 70)}");
        await session.MessagesAsync(Dm, 6, 7);
        await Client.DeliversAsync(6, 7);

        session.Abort();
        var next = await Second.AcceptAsync();
        await next.HelloAsync();
        var positions = await next.AnswerSyncAsync($"{ScriptedSession.Summary(Dm, 9)},{ScriptedSession.Summary(Group, 70)}", $"\"{Dm}\":true,\"{Group}\":true");
        await next.MessagesAsync(Dm, 7, 8, 9, 8, 10);

        Assert.Equal("""{"dm:alice:bob":{"epoch":"e","seq":7},"group:dev":{"epoch":"e","seq":70}}""", positions.GetRawText());
        await Client.DeliversAsync(8, 9, 10);
        Assert.Equal(new ChatPosition("e", 10), Client.Positions[Dm]);
    }

    [Fact]
    public async Task Repeats_are_dropped()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 2));

        await session.MessagesAsync(Dm, 1, 2, 3, 3, 2, 4, 4);
        await session.MessagesAsync(Group, 1);

        await Client.DeliversAsync(3, 4, 1);
    }

    [Fact]
    public async Task Hole_in_live_events_is_filled_before_anything_later_is_delivered()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 2));

        await session.MessagesAsync(Dm, 3, 6);
        var positions = await session.AnswerSyncAsync(ScriptedSession.Summary(Dm, 6), $"\"{Dm}\":true");
        await session.MessagesAsync(Dm, 4, 5, 6, 7);

        Assert.Equal(3, positions.GetProperty(Dm).GetProperty("seq").GetInt64());
        await Client.DeliversAsync(3, 4, 5, 6);
        Assert.Equal(new GapRepairedEvent(Dm, 4, 6), await Client.NextAsync<GapRepairedEvent>());
        await Client.DeliversAsync(7);
    }

    [Fact]
    public async Task Hole_whose_repair_fails_is_repaired_over_a_new_connection()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 2));

        await session.MessagesAsync(Dm, 4);
        await session.ErrorAsync(await session.ExpectAsync("sync"), 5030, "unavailable", retry: true);
        var next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, 4), $"\"{Dm}\":true");
        await next.MessagesAsync(Dm, 3, 4);

        await Client.DeliversAsync(3, 4);
    }

    [Fact]
    public async Task Unrecoverable_position_is_reported_and_starts_over_at_the_summary()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 2));
        session.Abort();

        var next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, 5000, "e2"), $"\"{Dm}\":false");
        await next.MessagesAsync(Dm, 5001);

        Assert.Equal(new ChatPosition("e2", 5000), (await Client.NextAsync<ConversationResetEvent>()).Position);
        await Client.DeliversAsync(5001);
        Assert.Equal(new ChatPosition("e2", 5001), Client.Positions[Dm]);
    }

    [Fact]
    public async Task Conversation_left_meanwhile_is_reported_and_forgotten()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Group, 2));
        session.Abort();

        await Second.AcceptSyncedAsync(recovered: $"\"{Group}\":false");

        Assert.Equal(Group, (await Client.NextAsync<ConversationRemovedEvent>()).Conversation);
        Assert.Empty(Client.Positions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task New_conversation_is_delivered_whether_its_summary_comes_first_or_last(bool first)
    {
        var session = await ConnectAsync();
        var summary = $$"""{"ev":"conversation","summary":{{ScriptedSession.Summary(Dm, 1)}}}""";
        await session.SendAsync(first ? summary : ScriptedSession.Message(Dm, 1));
        await session.SendAsync(first ? ScriptedSession.Message(Dm, 1) : summary);
        await session.MessagesAsync(Dm, 2);

        await Client.DeliversAsync(1, 2);
        Assert.Equal(new ChatPosition("e", 2), Client.Positions[Dm]);
    }

    [Fact]
    public async Task Conversation_whose_entries_were_lost_after_its_summary_is_reported_and_not_skipped()
    {
        var session = await ConnectAsync();
        await session.SendAsync($$"""{"ev":"conversation","summary":{{ScriptedSession.Summary(Dm, 3)}}}""");
        await Client.NextAsync<ConversationEvent>();
        Assert.Empty(Client.Positions);
        session.Abort();

        var next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, 4));
        await next.MessagesAsync(Dm, 5);

        Assert.Equal(new ConversationResetEvent(Dm, new ChatPosition("e", 4)), await Client.NextAsync<ConversationResetEvent>());
        await Client.DeliversAsync(5);
    }

    [Fact]
    public async Task Conversation_known_by_a_message_alone_loses_nothing_over_a_reconnect()
    {
        var session = await ConnectAsync();
        await session.MessagesAsync(Dm, 1);
        await Client.NumbersAsync(1);
        session.Abort();

        var next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, 3));
        var positions = await next.AnswerSyncAsync(ScriptedSession.Summary(Dm, 3), $"\"{Dm}\":true");
        await next.MessagesAsync(Dm, 2, 3);

        Assert.Equal(1, positions.GetProperty(Dm).GetProperty("seq").GetInt64());
        await Client.DeliversAsync(2, 3);
    }

    [Fact]
    public async Task Application_that_does_not_read_loses_nothing_and_still_gets_replies()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 0));
        await session.MessagesAsync(Dm, [.. Enumerable.Range(1, 100).Select(n => (long)n)]);
        var ping = Client.PingAsync();
        await session.OkAsync(await session.ExpectAsync("ping"), "{}");
        await ping.Soon();

        // 49: the report of the connection takes a place too.
        Assert.Equal(49, (await Client.NumbersAsync(49))[^1]);
        var positions = await session.AnswerSyncAsync(ScriptedSession.Summary(Dm, 100), $"\"{Dm}\":true");
        Assert.Equal(49, positions.GetProperty(Dm).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Events_arrive_typed()
    {
        var session = await ConnectAsync();
        await session.SendAsync("""
            {"ev":"typing","conversation":"c","from":"bob"}
            {"ev":"receipt","conversation":"c","user":"bob","read":4,"delivered":6}
            {"ev":"presence","user":"bob","state":"away","status":"tea","lastSeen":9}
            {"ev":"contact","user":"bob"}
            """);

        Assert.Equal("bob", (await Client.NextAsync<TypingEvent>()).From);
        Assert.Equal((4, 6), await Client.NextAsync<ReceiptEvent>() is var receipt ? (receipt.Read, receipt.Delivered) : default);
        Assert.Equal(("away", "tea", 9), await Client.NextAsync<PresenceEvent>() is var presence ? (presence.State, presence.Status, presence.LastSeen) : default);
        Assert.Equal("contact", (await Client.NextAsync<OtherEvent>()).Name);
    }

    [Fact]
    public async Task Message_event_parses_the_message_and_keeps_its_json()
    {
        var session = await ConnectAsync();
        await session.MessagesAsync(Dm, 1);

        var happened = await Client.NextAsync<MessageEvent>();

        Assert.Equal((Dm, 1, "bob", 5, "m1"), happened.Message is var m ? (m.Conversation, m.Seq, m.From, m.At, m.Text) : default);
        Assert.Equal(ScriptedSession.Message(Dm, 1), System.Text.Encoding.UTF8.GetString(happened.Utf8.Span));
    }
}
