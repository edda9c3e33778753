using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Logging;

/// <summary>What stands in the log, and what does not.</summary>
public sealed class LogTests
{
    private const string Text = "plugh-said-in-confidence";
    private const string Password = "sesame-opens-everything";
    private const string RespKey = "xyzzy-for-back-ends";

    [Fact]
    public async Task Lines_in_json_name_the_request_that_they_belong_to()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--log-format", "json", "--log-level", "debug");
        using HttpClient http = new() { BaseAddress = server.Url };
        string token = (await new ChatRest(http).CreateGuestAsync("alice").WithinAsync()).Token;
        using (ClientWebSocket socket = new())
        {
            socket.Options.SetRequestHeader("X-Request-Id", "proxy-1:ab.c_d");
            await socket.ConnectAsync(new Uri($"ws://{server.Url.Authority}/ws?token={token}"), CancellationToken.None).WithinAsync();
            await Eventually.TrueAsync(() => server.Errors.Contains(" began", StringComparison.Ordinal));
        }

        await server.StopAsync();
        JsonElement[] lines = [.. server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        JsonElement began = Assert.Single(lines, line => line.GetProperty("Message").GetString()!.EndsWith(" began", StringComparison.Ordinal));
        Assert.Contains(began.GetProperty("Scopes").EnumerateArray(), scope => scope.TryGetProperty("Request", out JsonElement id) && id.GetString() == "proxy-1:ab.c_d");
        Assert.Equal(8, began.GetProperty("State").GetProperty("Session").GetString()!.Length);
        Assert.All(lines, line => Assert.True(line.TryGetProperty("Timestamp", out _) && line.TryGetProperty("LogLevel", out _)));
    }

    [Theory]
    [InlineData("abc-1", true)]
    [InlineData(null, false)]
    [InlineData("with space", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", false)]
    public async Task An_answer_says_the_request_s_id_and_keeps_only_a_decent_one(string? given, bool kept)
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using LocalNode node = await LocalNode.StartAsync(redis, "");
        using HttpClient http = new() { BaseAddress = node.Url };
        using HttpRequestMessage request = new(HttpMethod.Get, "/health/live");
        if (given is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Request-Id", given);
        }

        using HttpResponseMessage answer = await http.SendAsync(request).WithinAsync();

        string id = Assert.Single(answer.Headers.GetValues("X-Request-Id"));
        Assert.NotEmpty(id);
        Assert.Equal(kept, id == given);
    }

    [Fact]
    public async Task No_text_password_or_token_is_logged_at_any_door_or_in_any_trouble()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new Redis.RedisServerOptions { AppendOnly = false, Password = "redis-" + Password });
        await using ServerProcess server = await ServerProcess.StartAsync(
            "--redis", $"{redis.Endpoint},password=redis-{Password}", "--log-level", "trace", "--log-format", "json",
            "--line", "127.0.0.1:0", "--resp", "127.0.0.1:0", "--resp-key", RespKey);
        using HttpClient http = new() { BaseAddress = server.Url };
        string token = await AccountAsync(http);
        await using NativeClient bob = await NativeClient.ConnectAsync(server, "bob");
        await bob.CallAsync("""{"do":"group.create","group":"cave","title":"Cave","members":["alice"]}""");
        await bob.CallAsync($$"""{"do":"send","conversation":"group:cave","clientId":"1","text":"{{Text}}"}""");
        await RestAsync(http, token);
        await HubAsync(http, token);
        string line = await TcpClientOf.SayAsync(
            server.Ready["line"], $"NICK alice wrong-{Password}\r\nNICK alice {Password}\r\nSAY cave {Text} by line\r\n{Text}\r\nREGISTER {Password}\r\n");
        string resp = await TcpClientOf.SayAsync(
            server.Ready["resp"], $"AUTH wrong-{RespKey}\r\nAUTH {RespKey}\r\nIM.GSEND alice cave text {Text}-by-resp\r\nIM.NOSUCH {Text}\r\n*2\r\n$-9\r\n{Text}\r\n");
        string said = await HistoryAsync(http, token);
        Assert.All(new[] { Text, $"{Text} by rest", $"{Text} by line", $"{Text}-by-resp" }, text => Assert.True(said.Contains($"\"{text}\"", StringComparison.Ordinal), line + resp + said));
        redis.Server.Pause();
        Task<InvalidOperationException> refused = Assert.ThrowsAsync<InvalidOperationException>(
            () => bob.CallAsync($$"""{"do":"send","conversation":"group:cave","clientId":"2","text":"{{Text}} in trouble"}"""));
        await PostAsync(http, token, "/api/v1/conversations/group:cave/messages", $$"""{"text":"{{Text}} in trouble"}""");
        await refused;
        redis.Server.Resume();
        await server.KillAsync();

        string log = server.Output + server.Errors;
        Assert.NotEmpty(server.Errors);
        Assert.DoesNotContain(Text, log, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, log, StringComparison.Ordinal);
        Assert.DoesNotContain(RespKey, log, StringComparison.Ordinal);
        Assert.DoesNotContain(token, log, StringComparison.Ordinal);
        Assert.DoesNotContain("token=", log, StringComparison.Ordinal);
    }

    private static async Task<string> AccountAsync(HttpClient http)
    {
        var rest = new ChatRest(http);
        await rest.CreateUserAsync("alice", Password).WithinAsync();
        await Assert.ThrowsAsync<ChatException>(() => rest.LogInAsync("alice", "wrong-" + Password).WithinAsync());
        return (await rest.LogInAsync("alice", Password).WithinAsync()).Token;
    }

    // Sends, and requests that are wrong in one way or other.
    private static async Task RestAsync(HttpClient http, string token)
    {
        foreach (string body in new[] { $$"""{"text":"{{Text}} by rest"}""", $$"""{"text":"{{Text}}""", $$"""{"text":{"a":"{{Text}}"} }""", $$"""{"text":"{{new string('x', 9000)}}{{Text}}"}""" })
        {
            await PostAsync(http, token, "/api/v1/conversations/group:cave/messages", body);
        }

        using HttpResponseMessage searched = await http.GetAsync($"/api/v1/conversations/group:cave/messages?token={token}&q={Text}").WithinAsync();
    }

    private static async Task<string> HistoryAsync(HttpClient http, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/conversations/group:cave/messages");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await http.SendAsync(request).WithinAsync();
        return await answer.Content.ReadAsStringAsync();
    }

    // What the doors that are somebody else's protocol make of text where they expect none.
    private static async Task HubAsync(HttpClient http, string token)
    {
        await PostAsync(http, token, $"/hub/negotiate?access_token={token}", Text);
        await PostAsync(http, token, $"/socket.io/?EIO=4&transport=polling&token={token}", Text);
        await PostAsync(http, token, $"/q/{Text}", Text);
        using HttpResponseMessage opened = await http.GetAsync($"/socket.io/?EIO=4&transport=polling&token={token}").WithinAsync();
    }

    private static async Task PostAsync(HttpClient http, string token, string path, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await http.SendAsync(request).WithinAsync(what: path);
    }
}
