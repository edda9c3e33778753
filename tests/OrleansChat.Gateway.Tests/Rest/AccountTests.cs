using System.Net;
using System.Text.Json;
using OrleansChat.Gateway.Tests.Rest.Support;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class AccountTests
{
    private const string Credentials = """{"name":"Bob","password":"correct horse"}""";

    [Theory]
    [InlineData(4010)]
    [InlineData(4040)]
    [InlineData(4031)]
    public async Task Refused_sign_in_does_not_tell_why(int code)
    {
        await using RestHost host = await RestHost.StartAsync();
        host.UserGrain = (_, _) => Task.FromResult<Result<SignedIn>>(ChatError.Of(code));

        using HttpResponseMessage refused = await host.SendAsync("POST", "sessions", Credentials);
        using HttpResponseMessage noName = await host.SendAsync("POST", "sessions", """{"name":"not a name","password":"correct horse"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(await refused.Content.ReadAsStringAsync(), await noName.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Sign_in_that_was_tried_too_often_is_told_when_to_come_again()
    {
        await using RestHost host = await RestHost.StartAsync();
        host.UserGrain = (_, _) => Task.FromResult<Result<SignedIn>>(ChatError.RateLimited);

        using HttpResponseMessage response = await host.SendAsync("POST", "sessions", Credentials);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Sign_in_gives_a_token_that_is_accepted()
    {
        await using RestHost host = await RestHost.StartAsync();
        host.UserGrain = (_, _) => Task.FromResult<Result<SignedIn>>(new SignedIn("bob", string.Empty));

        using HttpResponseMessage response = await host.SendAsync("POST", "sessions", Credentials);

        JsonElement token = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.OK, "bob"), (response.StatusCode, token.GetProperty("name").GetString()));
        Assert.True(token.GetProperty("expires").GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        using HttpResponseMessage me = await host.SendAsync(
            "GET", "me", with: request => request.Headers.Authorization = new("Bearer", token.GetProperty("token").GetString()));
        Assert.Equal("bob", Assert.Single(host.Commands).User);
    }

    [Fact]
    public async Task Registration_says_where_the_user_is()
    {
        await using RestHost host = await RestHost.StartAsync();
        object?[]? registered = null;
        host.UserGrain = (_, arguments) =>
        {
            registered = arguments;
            return Task.FromResult<Result<SignedIn>>(new SignedIn("bob", string.Empty));
        };

        using HttpResponseMessage response = await host.SendAsync(
            "POST", "users", """{"name":"Bob","password":"correct horse","displayName":"B"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/api/v1/users/bob", response.Headers.Location?.ToString());
        Assert.Equal(["correct horse", "B"], registered);
    }

    [Theory]
    [InlineData("users", "{}")]
    [InlineData("users", """{"name":"bob"}""")]
    [InlineData("users", """{"name":"b b","password":"correct horse"}""")]
    [InlineData("users", """{"name":7,"password":"correct horse"}""")]
    [InlineData("users", """{"name":"bob","password":"\ud800aaaaaaaa"}""")]
    [InlineData("sessions", """{"name":"bob"}""")]
    public async Task Credentials_that_make_no_sense_are_refused(string path, string body)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("POST", path, body);

        Assert.Equal(4000, await response.ProblemAsync());
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Forbidden)]
    [InlineData(true, HttpStatusCode.Created)]
    public async Task Guest_comes_in_where_guests_are_allowed(bool allowed, HttpStatusCode status)
    {
        await using RestHost host = await RestHost.StartAsync(new GatewayOptions { Guests = allowed });

        using HttpResponseMessage response = await host.SendAsync("POST", "guests", """{"name":"visitor"}""");

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(allowed, (await response.JsonAsync()).TryGetProperty("token", out _));
    }

    [Fact]
    public async Task Refreshed_token_replaces_the_old_one()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("POST", "sessions/refresh");
        string? renewed = (await response.JsonAsync()).GetProperty("token").GetString();

        using HttpResponseMessage before = await host.SendAsync("GET", "me");
        using HttpResponseMessage after = await host.SendAsync(
            "GET", "me", with: request => request.Headers.Authorization = new("Bearer", renewed));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task Token_signed_out_with_is_void()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("DELETE", "sessions/current");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        using HttpResponseMessage me = await host.SendAsync("GET", "me");
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    [Fact]
    public async Task Storage_that_is_away_is_unavailable()
    {
        await using RestHost host = await RestHost.StartAsync();
        host.UserGrain = (_, _) => throw new StorageUnavailableException("redis at 10.0.0.1");

        using HttpResponseMessage response = await host.SendAsync("POST", "sessions", Credentials);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(5030, await response.ProblemAsync());
        Assert.DoesNotContain("10.0.0.1", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_of_ours_does_not_tell_its_text()
    {
        await using RestHost host = await RestHost.StartAsync();
        host.UserGrain = (_, _) => throw new InvalidOperationException("the secret of the house");

        using HttpResponseMessage response = await host.SendAsync("POST", "sessions", Credentials);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(5000, await response.ProblemAsync());
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contact_is_shown_only_from_the_own_list(bool known)
    {
        await using RestHost host = await RestHost.StartAsync();
        host.UserGrain = (_, _) => Task.FromResult(new Result<IReadOnlyList<string>>(known ? ["bob"] : [], null));
        host.Answer = _ => Answers.Ok("""{"name":"bob"}""");

        using HttpResponseMessage response = await host.SendAsync("GET", "me/contacts/bob");

        Assert.Equal(known ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(known ? 1 : 0, host.Commands.Count);
    }
}
