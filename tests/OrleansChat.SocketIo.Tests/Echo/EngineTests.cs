using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Gateway;
using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests.Echo;

/// <summary>What the authors' suites leave out: bodies of refusals, origins, bounds, and the stock client's own ways.</summary>
public sealed class EngineTests(NodeProcess node)
{
    private static readonly EngineOptions Patient = new() { MaxPayload = 1000 };

    [Theory]
    [InlineData("GET", "transport=polling", 5, "Unsupported protocol version")]
    [InlineData("GET", "EIO=3&transport=polling", 5, "Unsupported protocol version")]
    [InlineData("GET", "EIO=4", 0, "Transport unknown")]
    [InlineData("GET", "EIO=4&transport=carrier-pigeon", 0, "Transport unknown")]
    [InlineData("GET", "EIO=4&transport=websocket", 3, "Bad request")]
    [InlineData("GET", "EIO=4&transport=polling&sid=nobody", 1, "Session ID unknown")]
    [InlineData("POST", "EIO=4&transport=polling", 2, "Bad handshake method")]
    public async Task A_refusal_has_a_number_and_words(string method, string query, int code, string words)
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.Url, "/engine.io/?" + query));
        using HttpResponseMessage answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{{\"code\":{code},\"message\":\"{words}\"}}", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Pages_of_other_origins_come_in_only_when_they_are_named()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient, gateway: new GatewayOptions { Origins = ["https://chat.example.org"] });
        using HttpResponseMessage stranger = await OpenAsync(host, HttpMethod.Get, "https://evil.example.org");
        using HttpResponseMessage known = await OpenAsync(host, HttpMethod.Get, "https://chat.example.org");
        using HttpResponseMessage own = await OpenAsync(host, HttpMethod.Get, host.Url.GetLeftPart(UriPartial.Authority));
        using HttpResponseMessage asked = await OpenAsync(host, HttpMethod.Options, "https://chat.example.org");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example.org");

        Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
        Assert.Equal("{\"code\":4,\"message\":\"Forbidden\"}", await stranger.Content.ReadAsStringAsync());
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(["https://chat.example.org"], known.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["true"], known.Headers.GetValues("Access-Control-Allow-Credentials"));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal(["GET,POST"], asked.Headers.GetValues("Access-Control-Allow-Methods"));
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(WebSocketUrl(host), CancellationToken.None));
    }

    [Fact]
    public async Task A_body_larger_than_agreed_ends_the_session()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient);
        using var http = new HttpClient();
        Uri url = await PollingUrlAsync(http, host);

        using HttpResponseMessage most = await http.PostAsync(url, new StringContent("4" + new string('x', 999)));
        using HttpResponseMessage answer = await http.PostAsync(url, new StringContent("4" + new string('x', 1000)));
        using HttpResponseMessage poll = await http.GetAsync(url);

        Assert.Equal(HttpStatusCode.OK, most.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, poll.StatusCode);
    }

    [Fact]
    public async Task A_frame_larger_than_agreed_ends_the_session()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(WebSocketUrl(host), CancellationToken.None);
        byte[] buffer = new byte[4096];
        await socket.ReceiveAsync(buffer, CancellationToken.None);

        await socket.SendAsync(Encoding.UTF8.GetBytes("4" + new string('x', 1000)), WebSocketMessageType.Text, true, CancellationToken.None);
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, CancellationToken.None).WithinAsync();

        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
    }

    [Fact]
    public async Task A_node_takes_so_many_sessions_and_no_more()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient with { MaxSessions = 2 });
        HttpStatusCode[] answers = new HttpStatusCode[3];
        for (int i = 0; i < answers.Length; i++)
        {
            using HttpResponseMessage answer = await OpenAsync(host, HttpMethod.Get, string.Empty);
            answers[i] = answer.StatusCode;
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], answers);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_costs_no_more_than_what_may_wait_for_it()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient with { MaxWaiting = 5000 });
        using var http = new HttpClient();
        Uri url = await PollingUrlAsync(http, host);
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 6; i++)
        {
            using HttpResponseMessage answer = await http.PostAsync(url, new StringContent("4" + new string('x', 998)));
            statuses.Add(answer.StatusCode);
        }

        using HttpResponseMessage poll = await http.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, statuses[4]);
        Assert.Equal(HttpStatusCode.BadRequest, poll.StatusCode);
    }

    [Fact]
    public async Task A_client_that_resets_its_connection_is_no_fault()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: Patient);
        for (int i = 0; i < 20; i++)
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(WebSocketUrl(host), CancellationToken.None);
            socket.Abort();
            using var tcp = new TcpClient("127.0.0.1", host.Url.Port) { LingerState = new LingerOption(true, 0) };
            await tcp.GetStream().WriteAsync("POST /engine.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n4"u8.ToArray());
        }

        using HttpResponseMessage answer = await OpenAsync(host, HttpMethod.Get, string.Empty);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task The_stock_client_is_answered_asked_and_put_out(string transport)
    {
        await using EchoHost host = await EchoHost.StartAsync(options: new EngineOptions());
        await using StockClient client = await StockClient.ConnectAsync(node, host.Url, transport);

        Assert.Equal("[1,\"2\",{\"3\":[false]}]", (await client.CallAsync("message-with-ack", 1, "2", new Dictionary<string, object> { ["3"] = new[] { false } })).GetRawText());
        JsonElement bytes = (await client.CallAsync("message-with-ack", new { bytes = new[] { 1, 2, 3 } }))[0];
        Assert.Equal("[1,2,3]", bytes.GetProperty("data").GetRawText());
        client.Emit("ask");
        Assert.Equal("[\"answer\",1]", (await client.EventAsync("answered")).GetRawText());
        client.Emit("put-out");
        Assert.Equal("io server disconnect", (await client.HappenedAsync("disconnect")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_stock_client_hears_that_a_namespace_is_unknown()
    {
        await using EchoHost host = await EchoHost.StartAsync(options: new EngineOptions());
        await using StockClient client = StockClient.Open(node, new Uri(host.Url, "/unknown").ToString());

        Assert.Equal("Invalid namespace", (await client.HappenedAsync("connect_error")).GetProperty("message").GetString());
    }

    private static Uri WebSocketUrl(EchoHost host) => new($"ws://{host.Url.Authority}/engine.io/?EIO=4&transport=websocket");

    private static async Task<Uri> PollingUrlAsync(HttpClient http, EchoHost host)
    {
        var url = new Uri(host.Url, "/engine.io/?EIO=4&transport=polling");
        string open = await http.GetStringAsync(url);
        return new Uri($"{url}&sid={JsonElement.Parse(open[1..]).GetProperty("sid").GetString()}");
    }

    private static async Task<HttpResponseMessage> OpenAsync(EchoHost host, HttpMethod method, string origin)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(host.Url, "/engine.io/?EIO=4&transport=polling"));
        if (origin.Length > 0)
        {
            request.Headers.Add("Origin", origin);
        }

        return await http.SendAsync(request);
    }
}
