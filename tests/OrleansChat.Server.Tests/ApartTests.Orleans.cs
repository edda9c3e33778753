using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>Silos and gateways as processes of their own.</summary>
public sealed class ApartTests : IAsyncLifetime
{
    private readonly List<ServerProcess> _started = [];
    private RedisFixture _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisFixture.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_started.Select(server => server.DisposeAsync().AsTask()));
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_that_starts_first_waits_for_a_silo_and_serves_what_the_silo_keeps()
    {
        Task<ServerProcess> starting = StartAsync("gateway");
        ServerProcess silo = await StartAsync("silo");
        ServerProcess gateway = await starting.WithinAsync(what: "the gateway");
        using HttpClient http = await SignUpAsync(gateway, "ann");

        JsonElement profile = await http.GetFromJsonAsync<JsonElement>("/api/v1/users/ann");

        Assert.Equal("Ann", profile.GetProperty("displayName").GetString());
        Assert.Equal("off", silo.Ready["line"]);
        using HttpClient other = new() { BaseAddress = silo.Url };
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/api/v1/users/ann")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task A_gateway_outlives_its_silos_and_is_ready_when_another_is_there()
    {
        ServerProcess silo = await StartAsync("silo");
        ServerProcess gateway = await StartAsync("gateway");
        using HttpClient http = await SignUpAsync(gateway, "ann");

        Assert.Equal(0, await silo.StopAsync());
        await Eventually.TrueAsync(async () => (await http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        await StartAsync("silo");
        await Eventually.TrueAsync(async () => (await http.GetAsync("/health/ready")).IsSuccessStatusCode);

        Assert.True((await http.GetAsync("/api/v1/users/ann")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_silo_that_was_killed_is_replaced_by_one_that_starts_alone()
    {
        ServerProcess silo = await StartAsync("silo");
        ServerProcess gateway = await StartAsync("gateway");
        using HttpClient http = await SignUpAsync(gateway, "ann");

        await silo.KillAsync();
        await StartAsync("silo");

        await Eventually.TrueAsync(async () => (await http.GetAsync("/api/v1/users/ann")).IsSuccessStatusCode);
    }

    private static async Task<HttpClient> SignUpAsync(ServerProcess gateway, string name)
    {
        HttpClient http = new() { BaseAddress = gateway.Url };
        HttpResponseMessage made = await http.PostAsJsonAsync("/api/v1/users", new { name, password = "a long password", displayName = "Ann" });
        string answer = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, answer);
        http.DefaultRequestHeaders.Authorization = new("Bearer", JsonDocument.Parse(answer).RootElement.GetProperty("token").GetString());
        return http;
    }

    private async Task<ServerProcess> StartAsync(string role)
    {
        ServerProcess server = await ServerProcess.StartAsync(_redis, "--role", role, "--node", role, "--log-level", "warning");
        lock (_started)
        {
            _started.Add(server);
        }

        return server;
    }
}
