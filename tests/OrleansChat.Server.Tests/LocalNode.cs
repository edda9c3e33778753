using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Client;
using OrleansChat.Gateway;
using OrleansChat.Server.Options;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>A whole node inside the test's process, so that the test sees what happens in it.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalNode(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public static async Task<LocalNode> StartAsync(RedisFixture redis, string options)
    {
        ServerOptions read = OptionsOf.Read($"--http 127.0.0.1:0 --line off --resp off --log-level none {options}");
        LocalNode node = new(ServerApplication.Build(read, redis.Address));
        await node._app.StartAsync().WithinAsync(what: "the start of the node");
        await node._app.Services.GetRequiredService<GatewayLife>().Started.WithinAsync(what: "the node's lease");
        return node;
    }

    /// <summary>Lets a guest in and connects them.</summary>
    public async Task<ChatClient> ConnectAsync(string guest)
    {
        using HttpClient http = new() { BaseAddress = Url };
        string token = (await new ChatRest(http).CreateGuestAsync(guest).WithinAsync()).Token;
        var chat = new ChatClient(new ChatClientOptions { Addresses = [Url], Token = token });
        await chat.ConnectAsync().WithinAsync(what: $"the connection of {guest}");
        return chat;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.Services.GetRequiredService<GatewayLife>().DrainAsync(CancellationToken.None).WithinAsync(what: "the drain");
        await _app.DisposeAsync();
    }
}
