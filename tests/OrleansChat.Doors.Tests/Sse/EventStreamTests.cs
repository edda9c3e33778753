using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Sse;

public sealed class EventStreamTests(DoorsFixture doors)
{
    [Fact]
    public async Task The_stream_brings_native_events_with_a_position_to_resume_from()
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.GuestAsync(doors.South, doors.Name("bob"));
        await using CurlStream stream = await CurlStream.OpenAsync(doors.North, alice.Token);

        await bob.SendAsync(alice.Name, "one\ntwo");
        SseEvent message = await stream.NextAsync("message");

        Assert.Equal("message", message.Data.GetProperty("ev").GetString());
        Assert.Equal("one\ntwo", message.Data.GetProperty("message").GetProperty("text").GetString());
        Assert.NotNull(message.Id);
        Assert.Contains("retry: 1000", stream.Others);
    }

    [Fact]
    public async Task The_answer_is_an_event_stream_that_nobody_keeps()
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        using HttpClient http = new() { BaseAddress = doors.North.Url };
        using HttpResponseMessage answer = await http.GetAsync(
            new Uri($"/api/v1/events?access_token={alice.Token}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Last_Event_ID_resumes_on_another_node_without_hole_or_repeat()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.North, doors.Name("bob"));
        using RestUser carol = await RestUser.RegisterAsync(doors.North, doors.Name("carol"));
        string group = doors.Name("north");
        await bob.CreateGroupAsync(group, "open", alice.Name);
        string? id;
        await using (CurlStream first = await CurlStream.OpenAsync(doors.North, alice.Token))
        {
            await bob.SendAsync(alice.Name, "d1");
            Assert.Equal("d1", await first.TextAsync());
            await bob.SayAsync(group, "g1");
            Assert.Equal("g1", await first.TextAsync());
            id = first.LastId;
        }

        await bob.SendAsync(alice.Name, "d2");
        await bob.SayAsync(group, "g2");
        await carol.SendAsync(alice.Name, "from somebody new");
        await using CurlStream second = CurlStream.Begin(
            doors.South, "/api/v1/events", "-H", $"Authorization: Bearer {alice.Token}", "-H", $"Last-Event-ID: {id}");
        JsonElement sync = (await second.NextAsync("sync")).Data;
        string?[] missed = [await second.TextAsync(), await second.TextAsync(), await second.TextAsync()];
        await bob.SendAsync(alice.Name, "d3");

        Assert.All(sync.GetProperty("recovered").EnumerateObject(), one => Assert.True(one.Value.GetBoolean(), one.Name));
        Assert.Equal(["d2", "from somebody new", "g2"], missed.Order(StringComparer.Ordinal));
        Assert.Equal("d3", await second.TextAsync());
    }

    [Fact]
    public async Task Every_id_on_the_way_resumes_exactly_after_its_message()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.North, doors.Name("bob"));
        string? id = null;
        for (int i = 1; i <= 5; i++)
        {
            await bob.SendAsync(alice.Name, $"m{i}");
            await using CurlStream stream = await CurlStream.OpenAsync(i % 2 == 0 ? doors.North : doors.South, alice.Token, id);
            if (id is not null)
            {
                Assert.Equal($"m{i}", await stream.TextAsync());
            }

            id = stream.LastId;
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AQE=====")]
    [InlineData("AQGqqqqqqqq")]
    public async Task An_id_that_is_none_begins_anew(string id)
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.GuestAsync(doors.South, doors.Name("bob"));
        await bob.SendAsync(alice.Name, "before");
        await using CurlStream stream = await CurlStream.OpenAsync(doors.North, alice.Token, id);
        await bob.SendAsync(alice.Name, "after");

        Assert.Equal("after", await stream.TextAsync());
    }

    [Fact]
    public async Task Without_a_valid_token_the_answer_is_a_problem()
    {
        using HttpClient http = new() { BaseAddress = doors.North.Url };
        using HttpResponseMessage answer = await http.GetAsync(new Uri("/api/v1/events?access_token=none", UriKind.Relative));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_revoked_token_ends_the_stream()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        await using CurlStream stream = await CurlStream.OpenAsync(doors.South, alice.Token);

        await alice.SignOutAsync();

        Assert.Equal(3500, (await stream.NextAsync("bye")).Data.GetProperty("code").GetInt32());
        Assert.Equal(0, await stream.EndAsync());
    }

    [Fact]
    public async Task A_node_that_stops_ends_its_streams_in_order()
    {
        await using ServerProcess leaving = await doors.StartNodeAsync("--node", "leaving");
        using RestUser alice = await RestUser.GuestAsync(leaving, doors.Name("alice"));
        await using CurlStream stream = await CurlStream.OpenAsync(leaving, alice.Token);

        Task<int> exit = leaving.StopAsync();

        Assert.True((await stream.NextAsync("bye")).Data.GetProperty("reconnect").GetBoolean());
        Assert.Equal(0, await stream.EndAsync());
        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task A_silent_stream_shows_that_it_lives()
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        await using CurlStream stream = await CurlStream.OpenAsync(doors.North, alice.Token);

        Assert.Equal(":", await stream.ReadLineAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_is_offline_at_once()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        await using (CurlStream stream = await CurlStream.OpenAsync(doors.North, alice.Token))
        {
            Assert.Equal("online", await StateAsync(alice));
        }

        await Eventually.TrueAsync(async () => await StateAsync(alice) == "offline");
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_as_slow()
    {
        await using ServerProcess small = await doors.StartNodeAsync("--limit-queue-events", "50");
        using RestUser owner = await RestUser.RegisterAsync(small, doors.Name("owner"));
        using RestUser deaf = await RestUser.RegisterAsync(small, doors.Name("deaf"));
        string group = doors.Name("north");
        await owner.CreateGroupAsync(group, "open", deaf.Name);
        // Small, so that little lies between the server and who does not read.
        using TcpClient tcp = new() { ReceiveBufferSize = 4096 };
        await tcp.ConnectAsync(small.Url.Host, small.Url.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /api/v1/events HTTP/1.1\r\nHost: {small.Url.Authority}\r\nAuthorization: Bearer {deaf.Token}\r\n\r\n"));
        await Eventually.TrueAsync(async () => await StateAsync(deaf) == "online");
        string text = new('x', 8000);

        await Eventually.TrueAsync(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => owner.SayAsync(group, text)));
                return await StateAsync(deaf) == "offline";
            },
            TimeSpan.FromSeconds(60));
    }

    private static async Task<string?> StateAsync(RestUser user) => (await user.GetAsync($"/users/{user.Name}")).GetProperty("state").GetString();
}
