namespace OrleansChat.Client.Tests;

public sealed class ReconnectTests : ClientTest
{
    [Fact]
    public async Task Lost_connection_goes_on_at_the_other_address()
    {
        var session = await ConnectAsync();

        session.Abort();
        await Second.AcceptSyncedAsync();

        Assert.Equal(1006, (await Client.NextAsync<DisconnectedEvent>()).Close.Code);
        Assert.Equal("alice", (await Client.NextAsync<ConnectedEvent>()).Hello.User);
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(3001)]
    [InlineData(3499)]
    [InlineData(1001)]
    public async Task Close_code_that_allows_it_reconnects(int code)
    {
        var session = await ConnectAsync();

        await session.CloseAsync(code);
        await Second.AcceptSyncedAsync();

        Assert.Equal(code, (await Client.NextAsync<DisconnectedEvent>()).Close.Code);
        await Client.NextAsync<ConnectedEvent>();
    }

    [Theory]
    [InlineData(3500)]
    [InlineData(3501)]
    [InlineData(3999)]
    public async Task Close_code_that_forbids_it_ends_the_client(int code)
    {
        var session = await ConnectAsync();
        var send = Client.SendAsync("bob", "lost");
        await session.ExpectAsync("send");

        await session.CloseAsync(code);

        Assert.Equal(code, (await Client.Closed.Soon()).Code);
        Assert.Equal(code, (await Client.NextAsync<DisconnectedEvent>()).Close.Code);
        Assert.Equal(code, (await Assert.ThrowsAsync<ChatClosedException>(() => send.Soon())).Code);
        Assert.Equal(code, (await Assert.ThrowsAsync<ChatClosedException>(() => Client.Events.Completion.Soon())).Code);
        Assert.Equal(0, Second.Connections);
    }

    [Fact]
    public async Task First_connection_is_given_up_after_as_many_failed_attempts_as_are_allowed()
    {
        First.RefuseWith = Second.RefuseWith = 503;
        await using ChatClient client = new(Options with { FirstAttempts = 2 });

        var error = await Assert.ThrowsAsync<ChatClosedException>(() => client.ConnectAsync().Soon());

        Assert.Equal((1006, true), (error.Code, error.Close.MayReconnect));
        Assert.Equal(1006, (await client.Closed.Soon()).Code);
    }

    [Fact]
    public async Task Connection_that_once_stood_is_sought_however_often_that_fails()
    {
        await using ChatClient client = new(Options with { FirstAttempts = 1 });
        var connecting = client.ConnectAsync();
        var session = await First.AcceptSyncedAsync();
        await connecting.Soon();
        Second.RefuseWith = 503;

        session.Abort();
        await First.AcceptSyncedAsync();

        Assert.False(client.Closed.IsCompleted);
    }

    [Fact]
    public async Task Refused_token_fails_the_connect()
    {
        First.RefuseWith = 401;

        Assert.Equal(3500, (await Assert.ThrowsAsync<ChatClosedException>(() => Client.ConnectAsync().Soon())).Code);
        Assert.Equal(0, Second.Connections);
    }

    [Fact]
    public async Task Unreachable_node_is_skipped()
    {
        First.RefuseWith = 503;
        var connecting = Client.ConnectAsync();

        await Second.AcceptSyncedAsync();

        Assert.Equal("n", (await connecting.Soon()).Node);
    }

    [Fact]
    public async Task Bye_without_reconnect_ends_the_client()
    {
        var session = await ConnectAsync();

        await session.SendAsync("""{"ev":"bye","code":3000,"reconnect":false}""");
        await session.CloseAsync(3000);

        await Client.Closed.Soon();
        Assert.Equal(0, Second.Connections);
    }

    [Fact]
    public async Task Call_during_an_outage_waits_for_the_next_connection()
    {
        var session = await ConnectAsync();
        session.Abort();
        await Client.NextAsync<DisconnectedEvent>();
        var ping = Client.PingAsync();

        var next = await Second.AcceptSyncedAsync();
        await next.OkAsync(await next.ExpectAsync("ping"), "{}");

        await ping.Soon();
    }

    [Fact]
    public async Task Call_whose_connection_ends_reports_it()
    {
        var session = await ConnectAsync();
        var ping = Client.PingAsync();
        await session.ExpectAsync("ping");

        session.Abort();

        Assert.True((await Assert.ThrowsAsync<ChatClosedException>(() => ping.Soon())).Retry);
    }

    [Fact]
    public async Task Cancelled_connect_ends_the_client()
    {
        using var cancel = new CancellationTokenSource();
        var connecting = Client.ConnectAsync(cancel.Token);
        await First.AcceptAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        await Client.Closed.Soon();
    }

    [Fact]
    public async Task Dispose_completes_the_events_without_an_error()
    {
        await ConnectAsync();

        await Client.DisposeAsync();
        await Client.NextAsync<ConnectedEvent>();

        await Client.Events.Completion.Soon();
        Assert.Equal(1000, (await Client.Closed).Code);
    }
}
