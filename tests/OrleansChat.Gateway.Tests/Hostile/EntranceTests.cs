using System.Net;
using System.Net.WebSockets;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>Connections that do not come in.</summary>
public sealed class EntranceTests(HostileServer server) : IClassFixture<HostileServer>
{
    [Fact]
    public async Task Client_without_a_token_is_closed_with_3500_after_5_seconds()
    {
        Assert.Equal(3500, await server.Silent.Client.ClosedAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(server.Silent.OpenedAt) >= TimeSpan.FromSeconds(4.9), "It was closed too early.");
        await server.AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("v1.k.a.b")]
    [InlineData("v1.%00.%ff.%0a")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.")]
    public async Task Bad_token_in_the_address_is_closed_with_3500(string token)
    {
        await using HostileClient client = await HostileClient.OpenAsync(server.Url, token);

        Assert.Equal(3500, await client.ClosedAsync());
        Assert.DoesNotContain(client.Received, item => item.TryGetProperty("ev", out var ev) && ev.GetString() == "hello");
        server.AssertNoFault();
    }

    [Fact]
    public async Task Token_with_a_changed_character_is_closed_with_3500()
    {
        string token = await server.TokenAsync(server.NewName());
        await using HostileClient client = await HostileClient.OpenAsync(server.Url, token[..^1] + (token[^1] == 'A' ? 'B' : 'A'));

        Assert.Equal(3500, await client.ClosedAsync());
    }

    [Theory]
    [InlineData("""{"do":"auth","token":"x"}""", 3500)]
    [InlineData("""{"do":"auth"}""", 3500)]
    [InlineData("""{"do":"auth","token":7}""", 3500)]
    [InlineData("""{"do":"send","to":"alice","text":"hi"}""", 3500)]
    [InlineData("""{"do":"auth","token":"\ud800"}""", 3500)]
    [InlineData("hello", 3502)]
    [InlineData("\n", 3502)]
    public async Task First_command_that_signs_nobody_in_closes(string command, int code)
    {
        await using HostileClient client = await HostileClient.OpenAsync(server.Url, null);

        await client.SendAsync(command);

        Assert.Equal(code, await client.ClosedAsync());
        server.AssertNoFault();
    }

    [Fact]
    public async Task First_frame_that_is_binary_or_too_large_closes()
    {
        await using HostileClient binary = await HostileClient.OpenAsync(server.Url, null);
        await binary.SendAsync([1], WebSocketMessageType.Binary);
        await using HostileClient large = await HostileClient.OpenAsync(server.Url, null);
        await large.SendAsync(new byte[70_000].Select(_ => (byte)' ').ToArray());

        Assert.Equal(3502, await binary.ClosedAsync());
        Assert.Equal(3503, await large.ClosedAsync());
    }

    [Fact]
    public async Task Token_in_a_first_command_signs_in_and_the_commands_behind_it_are_carried_out()
    {
        string token = await server.TokenAsync(server.NewName());
        await using HostileClient client = (await HostileClient.OpenAsync(server.Url, null)).Read();

        await client.SendAsync($"{{\"id\":1,\"do\":\"auth\",\"token\":\"{token}\"}}\n{{\"id\":2,\"do\":\"ping\"}}");

        await client.ReplyAsync("1");
        await client.ReplyAsync("2");
        Assert.Equal("hello", client.Received.First().GetProperty("ev").GetString());
    }

    [Fact]
    public async Task Page_of_another_origin_is_refused_with_403()
    {
        string token = await server.TokenAsync(server.NewName());
        foreach (string origin in new[] { "http://evil.example", "null", $"https://{server.Url.Authority}", $"http://{server.Url.Authority}.evil.example" })
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", origin);
            socket.Options.CollectHttpResponseDetails = true;

            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/ws?token={token}"), CancellationToken.None));
            Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        }

        await using HostileClient own = (await HostileClient.OpenAsync(server.Url, token, origin: $"http://{server.Url.Authority}")).Read();
        await own.OkAsync("""{"do":"ping"}""");
    }

    [Fact]
    public async Task Plain_request_is_told_that_this_is_a_WebSocket()
    {
        using var http = new HttpClient { BaseAddress = server.Url };

        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/ws").WithinAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync("/ws", new StringContent("{}")).WithinAsync()).StatusCode);
    }
}
