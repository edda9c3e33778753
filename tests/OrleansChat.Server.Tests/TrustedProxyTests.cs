using System.Net;
using System.Net.Http.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>Who says where a request comes from, and who is believed.</summary>
public sealed class TrustedProxyTests
{
    // Six times what an account may do.
    private const int AttemptsOfAnAddress = 6;

    [Fact]
    public async Task Limits_and_origins_go_by_what_a_trusted_proxy_tells()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--trusted-proxies", "10.0.0.0/8,127.0.0.1", "--limit-sign-ins", "1");

        await ExhaustAsync(server, "192.0.2.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(server, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(server, "198.51.100.9, 192.0.2.1, 10.1.2.3"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(server, "192.0.2.2"));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(server, "https://chat.example.com", "https"));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(server, "http://chat.example.com", "https"));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(server, "https://chat.example.com", "http"));
    }

    [Fact]
    public async Task What_anybody_else_tells_is_ignored()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--trusted-proxies", "10.0.0.0/8", "--limit-sign-ins", "1");

        await ExhaustAsync(server, "192.0.2.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInAsync(server, "192.0.2.2"));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync(server, "https://chat.example.com", "https"));
    }

    private static async Task ExhaustAsync(ServerProcess server, string client)
    {
        for (int i = 0; i < AttemptsOfAnAddress; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(server, client));
        }
    }

    private static async Task<HttpStatusCode> SignInAsync(ServerProcess server, string forwardedFor)
    {
        using HttpClient http = new() { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/sessions", new { name = $"n{Guid.NewGuid():N}"[..20], password = "a long password" }).WithinAsync();
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> OpenAsync(ServerProcess server, string origin, string scheme)
    {
        using HttpClient http = new() { BaseAddress = server.Url };
        using HttpRequestMessage request = new(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
        request.Headers.Host = "chat.example.com";
        request.Headers.Add("Origin", origin);
        request.Headers.Add("X-Forwarded-Proto", scheme);
        using HttpResponseMessage answer = await http.SendAsync(request).WithinAsync();
        return answer.StatusCode;
    }
}
