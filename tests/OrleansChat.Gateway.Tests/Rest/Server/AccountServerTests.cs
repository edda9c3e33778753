using System.Net;
using System.Text.Json;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest.Server;

[Collection(RestServerCollection.Name)]
public sealed class AccountServerTests(RestServer server)
{
    private const string NewPassword = "another horse battery";

    [Fact]
    public async Task Registered_name_is_taken_for_good()
    {
        RestUser stranger = server.Stranger();
        string body = $$"""{"name":"Reg.Ann","password":"{{RestUser.Password}}","displayName":"Ann"}""";

        using HttpResponseMessage created = await stranger.SendAsync("POST", "users", body);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/users/reg.ann", created.Headers.Location?.ToString());
        JsonElement token = await created.JsonAsync();
        Assert.Equal("reg.ann", token.GetProperty("name").GetString());
        Assert.Equal(4090, await stranger.RefusedAsync("POST", "users", body));
        Assert.Equal(4090, await stranger.RefusedAsync("POST", "guests", """{"name":"reg.ann"}"""));
        JsonElement me = await server.Stranger(token.GetProperty("token").GetString()).GetAsync("me");
        Assert.Equal(("reg.ann", "Ann"), (me.GetProperty("name").GetString(), me.GetProperty("displayName").GetString()));
    }

    [Theory]
    [InlineData("reg x", "correct horse")]
    [InlineData("x", "correct horse")]
    [InlineData("reg.short", "short")]
    public async Task Name_or_password_that_does_not_fit_is_refused(string name, string password) =>
        Assert.Equal(4000, await server.Stranger().RefusedAsync("POST", "users", $$"""{"name":"{{name}}","password":"{{password}}"}"""));

    [Fact]
    public async Task Unknown_name_and_wrong_password_are_refused_alike()
    {
        await server.UserAsync("sign.ann");
        RestUser stranger = server.Stranger();

        using HttpResponseMessage wrong = await stranger.SendAsync("POST", "sessions", """{"name":"sign.ann","password":"wrong horse battery"}""");
        using HttpResponseMessage unknown = await stranger.SendAsync("POST", "sessions", """{"name":"sign.nobody","password":"wrong horse battery"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(await wrong.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Signed_out_token_is_void_and_another_of_the_same_person_is_not()
    {
        RestUser first = await server.UserAsync("out.ann");
        RestUser second = await SignInAsync("out.ann", RestUser.Password);

        await first.DoneAsync("DELETE", "sessions/current");

        Assert.Equal(4010, await first.RefusedAsync("GET", "me"));
        Assert.Equal("out.ann", (await second.GetAsync("me")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Refreshed_token_replaces_the_old_one()
    {
        RestUser before = await server.UserAsync("fresh.ann");

        JsonElement token = await before.DoneAsync("POST", "sessions/refresh");

        RestUser after = server.Stranger(token.GetProperty("token").GetString());
        Assert.Equal(4010, await before.RefusedAsync("GET", "me"));
        Assert.Equal("fresh.ann", (await after.GetAsync("me")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Changed_password_voids_every_token_but_the_one_in_the_answer()
    {
        RestUser first = await server.UserAsync("pw.ann");
        RestUser second = await SignInAsync("pw.ann", RestUser.Password);
        Assert.Equal(4010, await first.RefusedAsync("PUT", "me/password", $$"""{"old":"wrong horse","new":"{{NewPassword}}"}"""));
        Assert.Equal(4000, await first.RefusedAsync("PUT", "me/password", $$"""{"old":"{{RestUser.Password}}","new":"short"}"""));

        JsonElement token = await first.DoneAsync("PUT", "me/password", $$"""{"old":"{{RestUser.Password}}","new":"{{NewPassword}}"}""");

        RestUser after = server.Stranger(token.GetProperty("token").GetString());
        Assert.Equal("pw.ann", (await after.GetAsync("me")).GetProperty("name").GetString());
        Assert.Equal(4010, await first.RefusedAsync("GET", "me"));
        Assert.Equal(4010, await second.RefusedAsync("GET", "me"));
        Assert.Equal(
            4010, await server.Stranger().RefusedAsync("POST", "sessions", $$"""{"name":"pw.ann","password":"{{RestUser.Password}}"}"""));
        await SignInAsync("pw.ann", NewPassword);
    }

    [Fact]
    public async Task Guest_holds_a_free_name_and_has_no_password()
    {
        RestUser stranger = server.Stranger();

        using HttpResponseMessage created = await stranger.SendAsync("POST", "guests", """{"name":"guest.ann"}""");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        RestUser guest = server.Stranger((await created.JsonAsync()).GetProperty("token").GetString());
        Assert.True((await guest.GetAsync("me")).GetProperty("guest").GetBoolean());
        Assert.Equal(4090, await stranger.RefusedAsync("POST", "guests", """{"name":"guest.ann"}"""));
        Assert.Equal(4010, await stranger.RefusedAsync("POST", "sessions", """{"name":"guest.ann","password":""}"""));
        Assert.Equal(4010, await guest.RefusedAsync("PUT", "me/password", $$"""{"old":"","new":"{{NewPassword}}"}"""));
    }

    [Fact]
    public async Task Person_without_connections_has_no_sessions()
    {
        RestUser ann = await server.UserAsync("conn.ann");

        Assert.Empty(await ann.NamesAsync("sessions", "session"));
        Assert.Equal(4000, await ann.RefusedAsync("DELETE", "sessions/nothing"));
    }

    [Fact]
    public async Task Ending_all_sessions_voids_every_other_token()
    {
        RestUser first = await server.UserAsync("all.ann");
        RestUser second = await SignInAsync("all.ann", RestUser.Password);

        await second.DoneAsync("DELETE", "sessions/all");

        Assert.Equal(4010, await first.RefusedAsync("GET", "me"));
        Assert.Equal("all.ann", (await second.GetAsync("me")).GetProperty("name").GetString());
    }

    private async Task<RestUser> SignInAsync(string name, string password)
    {
        JsonElement token = await server.Stranger().DoneAsync("POST", "sessions", $$"""{"name":"{{name}}","password":"{{password}}"}""");
        return server.Stranger(token.GetProperty("token").GetString());
    }
}
