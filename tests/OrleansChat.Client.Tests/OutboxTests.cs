using System.Text.Json;

namespace OrleansChat.Client.Tests;

public sealed class OutboxTests : ClientTest
{
    private protected override ChatClientOptions Options => base.Options with { OutboxCapacity = 20, MaxInFlight = 4 };

    [Fact]
    public async Task Send_by_name_or_id_gives_the_number_and_makes_a_client_id()
    {
        var session = await ConnectAsync();
        var byName = Client.SendAsync("Bob", "one");
        var byId = Client.SendAsync(Dm, "two", "mine", replyTo: 1);

        var first = await session.AckSendAsync(1);
        var second = await session.AckSendAsync(2);

        Assert.Equal((1, 2), ((await byName.Soon()).Seq, (await byId.Soon()).Seq));
        Assert.Equal("Bob", first.GetProperty("to").GetString());
        Assert.NotEmpty(ClientId(first));
        Assert.Equal((Dm, "mine", 1), (second.GetProperty("conversation").GetString(), ClientId(second), second.GetProperty("replyTo").GetInt64()));
    }

    [Fact]
    public async Task Unanswered_sends_go_out_again_in_order_with_their_ids_and_what_was_known()
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 40));
        var sends = Enumerable.Range(0, 4).Select(n => Client.SendAsync(Dm, $"m{n}", $"c-{n}")).ToArray();
        var before = await TakeAsync(session, 4);
        await session.AckAsync(before[1], 42);
        await sends[1].Soon();
        await session.MessagesAsync(Dm, 41, 42);
        await Client.NumbersAsync(2);

        session.Abort();
        var next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, 42), $"\"{Dm}\":true");
        var after = await TakeAsync(next, 3);

        Assert.All(before, send => Assert.False(send.TryGetProperty("after", out _)));
        Assert.Equal(["c-0", "c-2", "c-3"], after.Select(ClientId));
        Assert.All(after, send => Assert.Equal(40, send.GetProperty("after").GetInt64()));
        await next.AckAsync(after[0], 41);
        await next.AckAsync(after[1], 43);
        await next.AckAsync(after[2], 44);
        Assert.Equal([41, 42, 43, 44], (await Task.WhenAll(sends).Soon()).Select(ack => ack.Seq));
    }

    [Theory]
    [InlineData(5030, "unavailable")]
    [InlineData(4290, "rate_limited")]
    [InlineData(5000, "internal")]
    public async Task Send_that_may_be_tried_again_is_and_keeps_its_place(int code, string name)
    {
        var session = await ConnectAsync(ScriptedSession.Summary(Dm, 3));
        var first = Client.SendAsync(Dm, "one", "c-1");
        var second = Client.SendAsync(Dm, "two", "c-2");
        var sent = await TakeAsync(session, 2);
        await session.ErrorAsync(sent[1], code, name, retry: true);
        await UntilReadAsync(session);
        var third = Client.SendAsync(Dm, "three", "c-3");
        await session.ErrorAsync(sent[0], code, name, retry: true);

        var again = await TakeAsync(session, 3);

        Assert.Equal(["c-1", "c-2", "c-3"], again.Select(ClientId));
        Assert.Equal([3, 3, null], again.Select(After));
        for (var i = 0; i < 3; i++)
        {
            await session.AckAsync(again[i], 4 + i);
        }

        Assert.Equal([4, 5, 6], (await Task.WhenAll(first, second, third).Soon()).Select(ack => ack.Seq));
    }

    [Fact]
    public async Task Failing_conversation_does_not_hold_up_another()
    {
        var session = await ConnectAsync();
        var stuck = Client.SendAsync("group:a", "one");
        var failed = Client.SendAsync("group:a", "two");
        var sent = await TakeAsync(session, 2);
        await session.ErrorAsync(sent[1], 5030, "unavailable", retry: true);
        await UntilReadAsync(session);

        var other = Client.SendAsync("group:b", "three");
        await session.AckSendAsync(1, "group:b");

        await other.Soon();
        Assert.False(stuck.IsCompleted || failed.IsCompleted);
    }

    [Fact]
    public async Task Refused_send_throws_and_is_not_sent_again()
    {
        var session = await ConnectAsync();
        var refused = Client.SendAsync("group:a", "one");
        await session.ErrorAsync(await session.ExpectAsync("send"), 4033, "muted");
        var next = Client.SendAsync("group:a", "two");
        var sent = await session.AckSendAsync(1, "group:a");

        Assert.Equal("muted", (await Assert.ThrowsAsync<ChatException>(() => refused.Soon())).Name);
        Assert.Equal("two", sent.GetProperty("text").GetString());
        await next.Soon();
    }

    [Fact]
    public async Task At_most_the_window_is_unanswered()
    {
        var session = await ConnectAsync();
        var sends = Enumerable.Range(0, 6).Select(n => Client.SendAsync(Dm, "m")).ToArray();
        var sent = await TakeAsync(session, 4);

        // The commands of one connection arrive in order: had a fifth send gone out, it would come before the ping.
        await UntilReadAsync(session);
        await session.AckAsync(sent[0], 1);

        await session.ExpectAsync("send");
        Assert.Equal(1, (await sends[0].Soon()).Seq);
    }

    [Fact]
    public async Task Full_outbox_refuses_and_has_room_again_after_an_acknowledgement()
    {
        var session = await ConnectAsync();
        var sends = Enumerable.Range(0, 20).Select(n => Client.SendAsync(Dm, "m")).ToArray();

        await Assert.ThrowsAsync<OutboxFullException>(() => Client.SendAsync(Dm, "too many").Soon());
        await session.AckSendAsync(1);
        await sends[0].Soon();

        Assert.False(Client.SendAsync(Dm, "fits").IsFaulted);
    }

    [Fact]
    public async Task Cancelled_send_that_waits_is_never_sent()
    {
        var session = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var sends = Enumerable.Range(0, 4).Select(n => Client.SendAsync(Dm, $"{n}")).ToArray();
        var cancelled = Client.SendAsync(Dm, "cancelled", cancel: cancel.Token);
        var last = Client.SendAsync(Dm, "last");
        var sent = await TakeAsync(session, 4);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());
        await session.AckAsync(sent[0], 1);

        Assert.Equal("last", (await session.ExpectAsync("send")).GetProperty("text").GetString());
        Assert.False(last.IsCompleted);
        Assert.Equal(1, (await sends[0].Soon()).Seq);
    }

    [Fact]
    public async Task Sends_during_an_outage_wait_for_the_next_connection()
    {
        var session = await ConnectAsync();
        session.Abort();
        await Client.NextAsync<DisconnectedEvent>();
        var send = Client.SendAsync(Dm, "later");

        var next = await Second.AcceptSyncedAsync();
        await next.AckSendAsync(1);

        Assert.Equal(1, (await send.Soon()).Seq);
    }

    [Fact]
    public async Task Disposed_client_fails_what_waits()
    {
        var session = await ConnectAsync();
        var send = Client.SendAsync(Dm, "m");
        await session.ExpectAsync("send");

        await Client.DisposeAsync();

        await Assert.ThrowsAsync<ChatClosedException>(() => send.Soon());
        await Assert.ThrowsAsync<ChatClosedException>(() => Client.SendAsync(Dm, "m").Soon());
    }

    /// <summary>Returns when the client has taken in everything sent so far: replies are read in order.</summary>
    private async Task UntilReadAsync(ScriptedSession session)
    {
        var ping = Client.PingAsync();
        await session.OkAsync(await session.ExpectAsync("ping"), "{}");
        await ping.Soon();
    }

    private static async Task<JsonElement[]> TakeAsync(ScriptedSession session, int count)
    {
        var sends = new JsonElement[count];
        for (var i = 0; i < count; i++)
        {
            sends[i] = await session.ExpectAsync("send");
        }

        return sends;
    }

    private static string ClientId(JsonElement send) => send.GetProperty("clientId").GetString()!;

    private static long? After(JsonElement send) => send.TryGetProperty("after", out var after) ? after.GetInt64() : null;
}
