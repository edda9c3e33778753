using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Rest.Server;

/// <summary>A whole server on a Redis of its own, for the tests that share it. Each test uses names of its own.</summary>
public sealed class RestServer : IAsyncLifetime
{
    private readonly List<HttpClient> _clients = [];
    private RedisFixture? _redis;
    private ServerProcess? _server;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisFixture.StartAsync();
        _server = await ServerProcess.StartAsync(_redis, "--guests", "true", "--line", "off", "--resp", "off");
    }

    internal RedisFixture Redis => _redis!;

    /// <summary>Somebody without a token.</summary>
    internal RestUser Stranger(string? token = null)
    {
        var http = new HttpClient { BaseAddress = new Uri(_server!.Url, "/api/v1/") };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        lock (_clients)
        {
            _clients.Add(http);
        }

        return new RestUser(http);
    }

    /// <summary>Registers.</summary>
    internal async Task<RestUser> UserAsync(string name)
    {
        JsonElement token = await Stranger().DoneAsync("POST", "users", $$"""{"name":"{{name}}","password":"{{RestUser.Password}}"}""");
        return Stranger(token.GetProperty("token").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _server!.DisposeAsync();
        await _redis!.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class RestServerCollection : ICollectionFixture<RestServer>
{
    public const string Name = "A whole server";
}
