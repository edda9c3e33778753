using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.SignalR;

public sealed class HubTests(DoorsFixture doors, NodeProcess node)
{
    public static TheoryData<string> Transports() => new("WebSockets", "ServerSentEvents", "LongPolling");

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_stock_client_sends_hears_and_reads_over_every_transport(string transport)
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.GuestAsync(doors.South, doors.Name("bob"));
        StockHubClient a = await StockHubClient.ConnectAsync(node, transport, alice.Token, doors.North);
        StockHubClient b = await StockHubClient.ConnectAsync(node, transport, bob.Token, doors.South);
        await a.InvokeAsync("Sync", new { positions = new { } });
        await b.InvokeAsync("Sync", new { positions = new { } });

        JsonElement sent = await a.InvokeAsync("Send", new { to = bob.Name, clientId = "1", text = "hi \u00e4 <&>" });
        JsonElement again = await a.InvokeAsync("Send", new { to = bob.Name, clientId = "1", text = "hi \u00e4 <&>" });
        Assert.Equal("hi \u00e4 <&>", await b.TextAsync());
        await b.InvokeAsync("Send", new { to = alice.Name, clientId = "1", text = "and back" });
        Assert.Equal("hi \u00e4 <&>", await a.TextAsync());
        Assert.Equal("and back", await a.TextAsync());

        Assert.Equal(1, sent.GetProperty("seq").GetInt64());
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        JsonElement history = await b.InvokeAsync("History", new { conversation = sent.GetProperty("conversation").GetString() });
        Assert.Equal(2, history.GetProperty("messages").GetArrayLength());
        a.Stop();
        await a.HappenedAsync("closed");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task The_answer_to_Sync_comes_before_what_was_missed(string transport)
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.South, doors.Name("bob"));
        for (int i = 1; i <= 30; i++)
        {
            await bob.SendAsync(alice.Name, $"m{i}");
        }

        StockHubClient a = await StockHubClient.ConnectAsync(node, transport, alice.Token, doors.North);
        string conversation = ConversationId.Direct(alice.Name, bob.Name).Value;
        JsonElement answer = await a.InvokeAsync("Sync", new { positions = new Dictionary<string, object> { [conversation] = new { epoch = "", seq = 0 } } });
        Assert.True(answer.GetProperty("recovered").GetProperty(conversation).GetBoolean());
        Assert.DoesNotContain(a.Seen, item => item.TryGetProperty("event", out JsonElement ev) && ev.GetProperty("ev").GetString() == "message");
        for (int i = 1; i <= 30; i++)
        {
            Assert.Equal($"m{i}", await a.TextAsync());
        }
    }

    [Fact]
    public async Task A_client_that_wants_no_answer_to_Sync_hears_nevertheless()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.South, doors.Name("bob"));
        await bob.SendAsync(alice.Name, "missed");
        StockHubClient a = await StockHubClient.ConnectAsync(node, "WebSockets", alice.Token, doors.North);

        string conversation = ConversationId.Direct(alice.Name, bob.Name).Value;
        a.Send("Sync", new { positions = new Dictionary<string, object> { [conversation] = new { epoch = "", seq = 0 } } });

        Assert.Equal("missed", await a.TextAsync());
    }

    [Fact]
    public async Task Commands_with_a_dot_are_methods_without()
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        using RestUser bob = await RestUser.RegisterAsync(doors.North, doors.Name("bob"));
        StockHubClient a = await StockHubClient.ConnectAsync(node, "WebSockets", alice.Token, doors.North);
        string group = doors.Name("north");

        JsonElement created = await a.InvokeAsync("GroupCreate", new { group, title = "North", join = "open" });
        await a.InvokeAsync("ContactAdd", new { user = bob.Name });
        JsonElement contacts = await a.InvokeAsync("Contacts", new { });

        Assert.Equal($"group:{group}", created.GetProperty("conversation").GetString());
        Assert.Equal(bob.Name, contacts.GetProperty("items")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("History", """{"conversation":"group:nothing-of-this-name"}""", "no_such_conversation")]
    [InlineData("Send", """{"to":"nobody-of-this-name","text":"x"}""", "no_such_user")]
    [InlineData("Send", """{"text":7}""", "bad_request")]
    [InlineData("Send", "[]", "bad_request")]
    public async Task A_refusal_is_a_HubException_that_begins_with_the_name_of_the_error(string method, string parameters, string name)
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        StockHubClient a = await StockHubClient.ConnectAsync(node, "WebSockets", alice.Token, doors.North);

        Assert.Contains($"HubException: {name}: ", await a.RefusedAsync(method, JsonElement.Parse(parameters)), StringComparison.Ordinal);
        Assert.Equal("{}", (await a.InvokeAsync("Ping", new { })).GetRawText());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_bad_token_is_refused_before_the_connection(string transport)
    {
        StockHubClient stranger = StockHubClient.Open(node, transport, "v1.not.a.token", false, doors.North);

        Assert.Contains("401", (await stranger.HappenedAsync("failed")).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_may_come_as_a_header()
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        StockHubClient a = StockHubClient.Open(node, "WebSockets", alice.Token, true, doors.North);

        await a.HappenedAsync("started");
        Assert.Equal(alice.Name, (await a.EventAsync("hello")).GetProperty("user").GetString());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_revoked_token_closes_for_good(string transport)
    {
        using RestUser alice = await RestUser.RegisterAsync(doors.North, doors.Name("alice"));
        StockHubClient a = await StockHubClient.ConnectAsync(node, transport, alice.Token, doors.South);
        await a.EventAsync("hello");

        await alice.SignOutAsync();

        Assert.Equal(3500, (await a.EventAsync("bye")).GetProperty("code").GetInt32());
        await a.HappenedAsync("closed");
        Assert.DoesNotContain(a.Seen, item => item.GetProperty("happened").GetString() == "reconnecting");
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused_unless_it_is_named()
    {
        await using ServerProcess server = await doors.StartNodeAsync("--origins", "https://chat.example");
        using RestUser alice = await RestUser.GuestAsync(server, doors.Name("alice"));
        using HttpClient http = new() { BaseAddress = server.Url };

        using HttpResponseMessage foreign = await NegotiateAsync(http, alice.Token, "https://evil.example");
        using HttpResponseMessage named = await NegotiateAsync(http, alice.Token, "https://chat.example");
        using HttpResponseMessage own = await NegotiateAsync(http, alice.Token, server.Url.GetLeftPart(UriPartial.Authority));

        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.False(foreign.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        Assert.Equal(["https://chat.example"], named.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task Sends_without_acknowledgement_are_limited()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(redis, "--limits", "off");
        using RestUser alice = await RestUser.GuestAsync(server, "alice");
        using RestUser bob = await RestUser.GuestAsync(server, "bob");
        StockHubClient a = await StockHubClient.ConnectAsync(node, "WebSockets", alice.Token, server);
        await a.InvokeAsync("Send", new { to = "bob", clientId = "0", text = "opens" });
        Redis.PosixSignals.Pause(redis.Server.Pid);
        int[] calls;
        try
        {
            calls = [.. Enumerable.Range(1, 140).Select(i => a.Begin("Send", new { to = "bob", clientId = $"{i}", text = $"m{i}" }))];
            for (int i = 128; i < 140; i++)
            {
                JsonElement refused = await a.AnswerAsync(calls[i], "Send");
                Assert.Contains("rate_limited", refused.GetProperty("error").GetString(), StringComparison.Ordinal);
            }
        }
        finally
        {
            Redis.PosixSignals.Resume(redis.Server.Pid);
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_as_slow()
    {
        await using ServerProcess small = await doors.StartNodeAsync("--limit-queue-events", "50");
        using RestUser owner = await RestUser.RegisterAsync(small, doors.Name("owner"));
        using RestUser deaf = await RestUser.RegisterAsync(small, doors.Name("deaf"));
        string group = doors.Name("north");
        await owner.CreateGroupAsync(group, "open", deaf.Name);
        using ClientWebSocket socket = new();
        using HttpMessageInvoker http = new(new SocketsHttpHandler { ConnectCallback = WithSmallBufferAsync });
        await socket.ConnectAsync(new Uri($"ws://{small.Url.Authority}/hub?access_token={deaf.Token}"), http, CancellationToken.None);
        byte[] hello = Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"target\":\"Sync\",\"arguments\":[{}]}\u001e");
        await socket.SendAsync(hello, WebSocketMessageType.Text, true, CancellationToken.None);
        await Eventually.TrueAsync(async () => await SessionsAsync(deaf) == 1);
        string text = new('x', 8000);

        await Eventually.TrueAsync(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => owner.SayAsync(group, text)));
                return await SessionsAsync(deaf) == 0;
            },
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Found by mutation: a text frame would be refused by the WebSocket, a binary one is not looked at.</summary>
    [Fact]
    public async Task Parameters_that_are_not_UTF8_are_refused_by_name_and_the_connection_goes_on()
    {
        using RestUser alice = await RestUser.GuestAsync(doors.North, doors.Name("alice"));
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://{doors.North.Url.Authority}/hub?access_token={alice.Token}"), CancellationToken.None);
        byte[] bad = [.. "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Send\",\"arguments\":[{\"to\":\"bob\",\"text\":\""u8, 0xC3, 0x28, .. "\"}]}\u001e"u8];
        byte[] good = [.. "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Ping\",\"arguments\":[{}]}\u001e"u8];
        byte[] frame = [.. "{\"protocol\":\"json\",\"version\":1}\u001e"u8, .. bad, .. good];

        await socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);

        string heard = string.Empty;
        byte[] buffer = new byte[16 * 1024];
        while (!heard.Contains("\"invocationId\":\"1\"", StringComparison.Ordinal) || !heard.Contains("\"invocationId\":\"2\"", StringComparison.Ordinal))
        {
            WebSocketReceiveResult part = await socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync(what: "both answers");
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            heard += Encoding.UTF8.GetString(buffer, 0, part.Count);
        }

        Assert.Contains("bad_request: The parameters are not UTF-8.", heard, StringComparison.Ordinal);
    }

    // Little lies between the server and who does not read.
    private static async ValueTask<Stream> WithSmallBufferAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<int> SessionsAsync(RestUser user) =>
        (await user.GetAsync($"/users/{user.Name}")).GetProperty("state").GetString() == "offline" ? 0 : 1;

    private static Task<HttpResponseMessage> NegotiateAsync(HttpClient http, string token, string origin)
    {
        HttpRequestMessage request = new(HttpMethod.Post, $"/hub/negotiate?negotiateVersion=1&access_token={token}");
        request.Headers.Add("Origin", origin);
        return http.SendAsync(request);
    }
}
