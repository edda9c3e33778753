using System.Net;
using System.Net.Http.Headers;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "nothing")]
    [InlineData("POST", "users/bob/nothing")]
    [InlineData("GET", "conversations/group:g/messages/1/2/3")]
    public async Task Unknown_route_is_answered_404(string method, string path)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(method, path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(4000, await response.ProblemAsync());
    }

    [Theory]
    [InlineData("DELETE", "users", "POST, GET")]
    [InlineData("POST", "me", "GET, PATCH")]
    [InlineData("PUT", "sessions/refresh", "POST")]
    [InlineData("PATCH", "groups/g/members/me", "PUT, DELETE")]
    [InlineData("OPTIONS", "conversations/group:g/messages/4", "GET, PATCH, DELETE")]
    public async Task Wrong_method_is_answered_405(string method, string path, string allowed)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(method, path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
        Assert.Equal(4000, await response.ProblemAsync());
    }

    [Theory]
    [InlineData("GET", "me")]
    [InlineData("GET", "nothing")]
    [InlineData("DELETE", "me")]
    [InlineData("PUT", "me/contacts/bob")]
    public async Task Answer_is_kept_nowhere_and_taken_for_what_it_says(string method, string path)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(method, path);

        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    public static TheoryData<string, string> Protected =>
        [.. RestTable.All.Where(row => !row.Anonymous).Select(row => (row.Method, row.Route.Replace('{', 'x').Replace('}', 'x')))];

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task Endpoint_without_a_token_is_refused(string method, string path)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(method, path, with: request => request.Headers.Authorization = null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(4010, await response.ProblemAsync());
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(host.Commands);
    }

    [Fact]
    public async Task Token_in_the_query_counts_for_nothing()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(
            "GET", $"me?token={host.Token}&access_token={host.Token}", with: request => request.Headers.Authorization = null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Bearer x")]
    public async Task Token_of_another_kind_is_refused(string scheme)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(
            "GET", "me", with: request => request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {host.Token}"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Scheme_of_the_token_may_be_written_in_lower_case()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(
            "GET", "me", with: request => request.Headers.Authorization = new AuthenticationHeaderValue("bearer", host.Token));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
