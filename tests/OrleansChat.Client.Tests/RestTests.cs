using Microsoft.AspNetCore.Http;

namespace OrleansChat.Client.Tests;

public sealed class RestTests : IAsyncLifetime
{
    private ScriptedServer _server = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _http = new HttpClient { BaseAddress = _server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Guest_gets_a_token()
    {
        string? seen = null;
        _server.OnRequest = async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path} {await body.ReadToEndAsync()}";
            context.Response.StatusCode = 201;
            await context.Response.WriteAsJsonAsync(new { name = "zoe", token = "t", expires = 17 });
        };

        var token = await new ChatRest(_http).CreateGuestAsync("zoe").Soon();

        Assert.Equal("""POST /api/v1/guests {"name":"zoe"}""", seen);
        Assert.Equal(("zoe", "t"), (token.Name, token.Token));
    }

    [Fact]
    public async Task Problem_document_becomes_a_numbered_error()
    {
        _server.OnRequest = context =>
        {
            context.Response.StatusCode = 409;
            return context.Response.WriteAsJsonAsync(new { title = "x", detail = "taken", code = 4090, name = "name_taken" });
        };

        var error = await Assert.ThrowsAsync<ChatException>(() => new ChatRest(_http).CreateUserAsync("zoe", "p").Soon());

        Assert.Equal((4090, "name_taken", false), (error.Code, error.Name, error.Retry));
    }

    [Fact]
    public async Task Failure_without_a_problem_document_keeps_the_status()
    {
        _server.OnRequest = context =>
        {
            context.Response.StatusCode = 502;
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<ChatException>(() => new ChatRest(_http).LogInAsync("zoe", "p").Soon());

        Assert.Equal((502, true), (error.Code, error.Retry));
    }
}
