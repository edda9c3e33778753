using System.Net;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

public sealed class QueueTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private RedisFixture? _redis;
    private ServerProcess? _server;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisFixture.StartAsync();
        _server = await ServerProcess.StartAsync(_redis, "--guests", "true", "--limits", "off");
        _http.BaseAddress = _server.Url;
        _http.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync("owner"));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server!.DisposeAsync();
        await _redis!.DisposeAsync();
    }

    [Fact]
    public async Task Items_are_looked_at_taken_leased_and_acknowledged_in_order()
    {
        long first = await PostAsync("work", "one");
        long second = await PostAsync("work", "two");

        Assert.Equal((first, "one"), await TakeAsync("/q/work?soft=true"));
        Assert.Equal((first, "one"), await TakeAsync("/q/work"));
        Assert.Equal((second, "two"), await TakeAsync("/q/work?ack=true&lease=60"));
        Assert.Equal(HttpStatusCode.NoContent, (await _http.GetAsync(new Uri("/q/work", UriKind.Relative))).StatusCode);
        Assert.Equal(1, (await JsonAsync("/stats/work")).GetProperty("depth").GetInt64());
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync(new Uri($"/q/work/{second}", UriKind.Relative))).StatusCode);
        Assert.Equal(0, (await JsonAsync("/q"))[0].GetProperty("depth").GetInt64());
    }

    [Fact]
    public async Task A_stranger_is_refused_and_a_stopped_queue_gives_nothing()
    {
        await PostAsync("mine", "secret");
        using HttpClient stranger = new() { BaseAddress = _server!.Url };
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync("stranger"));
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync(new Uri("/q/mine", UriKind.Relative))).StatusCode);

        using var stop = new StringContent("status=stop", Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.OK, (await _http.PostAsync(new Uri("/control/mine", UriKind.Relative), stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.GetAsync(new Uri("/q/mine", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_stream_gives_what_waits_and_what_comes()
    {
        await PostAsync("live", "waits");
        using Stream lines = await _http.GetStreamAsync(new Uri("/c/live", UriKind.Relative));
        using var reader = new StreamReader(lines);
        Assert.Contains("waits", await reader.ReadLineAsync().WithinAsync(), StringComparison.Ordinal);
        await PostAsync("live", "comes");
        Assert.Contains("comes", await reader.ReadLineAsync().WithinAsync(), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await JsonAsync("/stats/live")).GetProperty("depth").GetInt64() == 0);
    }

    private async Task<string> TokenAsync(string name)
    {
        using var body = new StringContent($$"""{"name":"{{name}}","password":"a long password"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage made = await _http.PostAsync(new Uri(_server!.Url, "/api/v1/users"), body);
        return JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("token").GetString()!;
    }

    private async Task<long> PostAsync(string queue, string value)
    {
        using var body = new FormUrlEncodedContent([new("value", value)]);
        using HttpResponseMessage posted = await _http.PostAsync(new Uri($"/q/{queue}", UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        return JsonElement.Parse(await posted.Content.ReadAsStringAsync()).GetProperty("key").GetInt64();
    }

    private async Task<(long Key, string? Value)> TakeAsync(string path)
    {
        JsonElement item = await JsonAsync(path);
        return (item.GetProperty("key").GetInt64(), item.GetProperty("value").GetString());
    }

    private async Task<JsonElement> JsonAsync(string path) => JsonElement.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)));
}
