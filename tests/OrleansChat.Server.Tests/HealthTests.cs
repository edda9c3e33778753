using System.Net;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Live_and_ready_answer_200_once_the_ready_line_is_out()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient http = new() { BaseAddress = server.Url };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/live"));

        // Redis has a second to answer, which on a busy machine is not always enough.
        await Eventually.ValueAsync(() => StatusAsync(http, "/health/ready"), status => status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_is_refused_while_Redis_is_silent_and_live_is_not()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(redis);
        using HttpClient http = new() { BaseAddress = server.Url };

        redis.Server.Pause();
        await Eventually.ValueAsync(() => StatusAsync(http, "/health/ready"), status => status == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("redis", await http.GetStringOfAsync("/health/ready"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/live"));

        redis.Server.Resume();
        await Eventually.ValueAsync(() => StatusAsync(http, "/health/ready"), status => status == HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(path);
        return answer.StatusCode;
    }
}

internal static class HttpClientExtensions
{
    public static async Task<string> GetStringOfAsync(this HttpClient http, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }
}
