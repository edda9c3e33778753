using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Rest.Support;

/// <summary>A command as the door handed it on.</summary>
internal sealed record Executed(string User, string Command, JsonElement Arguments);

/// <summary>The REST door alone, on a port of its own, in front of commands that the test answers.</summary>
internal sealed class RestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RestHost(WebApplication app, string token, HttpClient http)
    {
        _app = app;
        Token = token;
        Http = http;
    }

    /// <summary>A valid token of alice.</summary>
    public string Token { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public List<Executed> Commands { get; } = [];

    /// <summary>What the next commands answer.</summary>
    public Func<Executed, CommandResult> Answer { get; set; } = static _ => CommandResult.Done;

    /// <summary>What a call to a user's grain answers.</summary>
    public Func<string, object?[], object?> UserGrain { get; set; } = static (name, _) => throw new NotSupportedException(name);

    public static async Task<RestHost> StartAsync(GatewayOptions? options = null)
    {
        RestHost? host = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options ?? new GatewayOptions());
        builder.Services.AddSingleton(new NodeIdentity("test"));
        builder.Services.AddSingleton<ITokenStore, MemoryTokens>();
        builder.Services.AddSingleton<TokenService>();
        builder.Services.AddSingleton(Stub.Of<IUserDirectory>((_, arguments) => Guest((string)arguments[0]!)));
        builder.Services.AddSingleton(Stub.Of<IGrainFactory>((_, _) => Stub.Of<IUserGrain>((name, arguments) => host!.UserGrain(name, arguments))));
        builder.Services.AddSingleton<ISignInAttempts>(new MemoryAttempts());
        builder.Services.AddChatRest();
        builder.Services.AddSingleton<CommandExecutor>((caller, command, arguments) => host!.ExecuteAsync(caller, command, arguments));
        WebApplication app = builder.Build();
        app.MapChatRest();
        await app.StartAsync();
        IssuedToken token = await app.Services.GetRequiredService<TokenService>().IssueAsync(new SignedIn("alice", string.Empty));
        host = new RestHost(app, token.Token, new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/api/v1/") });
        return host;
    }

    /// <summary>Asks as alice.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null, Action<HttpRequestMessage>? with = null) =>
        SendAsync(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), with);

    public async Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? content, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path.TrimStart('/'), UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        with?.Invoke(request);
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private static Task<Result<Account>> Guest(string user) =>
        Task.FromResult<Result<Account>>(new Account(user, Guest: true, "incarnation", string.Empty, 1));

    private Task<CommandResult> ExecuteAsync(Caller caller, string command, JsonElement arguments)
    {
        var executed = new Executed(caller.User, command, arguments);
        Commands.Add(executed);
        return Task.FromResult(Answer(executed));
    }
}
