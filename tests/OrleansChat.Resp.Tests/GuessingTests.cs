using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using OrleansChat.Resp.Tests.Support;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Resp.Tests;

/// <summary>The key of the door, and passwords, are not to be guessed, at whatever node and door somebody tries.</summary>
public sealed class GuessingTests
{
    private const string Key = "open sesame please";

    // One attempt for each account, six for each address.
    private static readonly string[] Limits = ["--resp-key", Key, "--limits", "default", "--limit-sign-ins", "1", "--line", "127.0.0.1:0", "--guests", "true"];

    [Fact]
    public async Task Guesses_of_an_address_count_together_at_every_node_and_door_and_then_even_the_right_key_is_refused()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using RespNode north = await RespNode.StartAsync(redis, Limits);
        await using RespNode south = await RespNode.StartAsync(redis, Limits);

        // However many connections a back end opens, none of them is a guess.
        for (int i = 0; i < 20; i++)
        {
            await using RespSocket pooled = await north.ConnectAsync();
            Assert.Equal("OK", await pooled.CallAsync("AUTH", Key));
        }

        await using RespSocket one = await north.ConnectAsync();
        await using RespSocket other = await south.ConnectAsync();
        Assert.StartsWith("-WRONGPASS", await one.CallAsync("AUTH", "a guess"), StringComparison.Ordinal);
        await ForeverAsync(redis);
        Assert.StartsWith("-WRONGPASS", await one.CallAsync("HELLO", "3", "AUTH", "default", "a guess"), StringComparison.Ordinal);
        Assert.StartsWith("-WRONGPASS", await other.CallAsync("AUTH", "root", Key), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(north, "one"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(south, "two"));
        await RegisterAsync(south, "three");
        Assert.Equal("ERR bad password", await NickAsync(north, "three"));

        Assert.StartsWith("-RATELIMITED", await other.CallAsync("AUTH", "a guess"), StringComparison.Ordinal);
        Assert.StartsWith("-RATELIMITED", await one.CallAsync("AUTH", Key), StringComparison.Ordinal);
        Assert.StartsWith("-RATELIMITED", await other.CallAsync("HELLO", "3", "AUTH", "default", Key), StringComparison.Ordinal);
        Assert.Equal("-NOAUTH Authentication required.", await other.CallAsync("IM.USER", "three"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(south, "four"));
        Assert.Equal("ERR rate limited", await NickAsync(south, "three"));
        Assert.DoesNotContain("a guess", north.Server.Output + north.Server.Errors + south.Server.Output + south.Server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_guesses_at_once_are_no_more_guesses()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using RespNode node = await RespNode.StartAsync(redis, Limits);

        Assert.StartsWith("-WRONGPASS", await GuessAsync(node), StringComparison.Ordinal);
        await ForeverAsync(redis);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => GuessAsync(node)));

        // The node fills its own count up again by one in ten seconds; that over all nodes it does not.
        Assert.Equal(5, answers.Count(answer => answer.StartsWith("-WRONGPASS", StringComparison.Ordinal)));
        Assert.Equal(55, answers.Count(answer => answer.StartsWith("-RATELIMITED", StringComparison.Ordinal)));
    }

    private static async Task<string> GuessAsync(RespNode node)
    {
        await using RespSocket door = await node.ConnectAsync();
        return await door.CallAsync("AUTH", "a guess");
    }

    // However long this machine takes: the minute does not end.
    private static async Task ForeverAsync(RedisFixture redis)
    {
        using ConnectionMultiplexer connection = await redis.ConnectAsync();
        Assert.True(await connection.GetDatabase().KeyPersistAsync("{a:127.0.0.1}:attempts"));
    }

    private static async Task<HttpStatusCode> SignInAsync(RespNode node, string name)
    {
        using HttpClient http = new() { BaseAddress = node.Server.Url };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/sessions", new { name, password = "a guess" }).WithinAsync();
        return answer.StatusCode;
    }

    private static async Task RegisterAsync(RespNode node, string name)
    {
        using HttpClient http = new() { BaseAddress = node.Server.Url };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/users", new { name, password = "a long password" }).WithinAsync();
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> NickAsync(RespNode node, string name)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPEndPoint.Parse(node.Server.Ready["line"]));
        await using NetworkStream stream = tcp.GetStream();
        using StreamReader lines = new(stream);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"NICK {name} a-guess\r\n"));
        string? line;
        do
        {
            line = await lines.ReadLineAsync().WithinAsync(what: "the answer to NICK");
        }
        while (line is not null && !line.StartsWith("ERR", StringComparison.Ordinal));
        return line ?? "closed";
    }
}
