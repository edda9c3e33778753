using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class ArgumentTests
{
    private const string GroupBody = """{"title":"T","join":"open","public":true,"history":"joined"}""";

    /// <summary>The row, a request to it, and what its command is given.</summary>
    public static TheoryData<string, string, string?, string, string> Requests => new()
    {
        { "GET /sessions", "sessions", null, "sessions", "{}" },
        { "DELETE /sessions/{session}", "sessions/s1", null, "session.end", """{"session":"s1"}""" },
        { "GET /users", "users?prefix=a&after=b&limit=7", null, "users", """{"prefix":"a","after":"b","limit":7}""" },
        { "GET /users", "users?prefix=&after=&limit=", null, "users", "{}" },
        { "GET /users/{name}", "users/bob", null, "user", """{"name":"bob"}""" },
        { "GET /online", "online?after=b&limit=7", null, "who", """{"after":"b","limit":7}""" },
        { "GET /me", "me", null, "me", "{}" },
        {
            "PATCH /me", "me", """{"displayName":"A","status":"S","avatar":"V"}""", "me", """{"displayName":"A","status":"S","avatar":"V"}"""
        },
        { "PATCH /me", "me", """{"displayName":null,"status":"S","user":"bob"}""", "me", """{"status":"S"}""" },
        { "GET /me/contacts", "me/contacts", null, "contacts", "{}" },
        { "PUT /me/contacts/{user}", "me/contacts/bob", null, "contact.add", """{"user":"bob"}""" },
        { "DELETE /me/contacts/{user}", "me/contacts/bob", null, "contact.remove", """{"user":"bob"}""" },
        { "GET /me/blocked", "me/blocked", null, "blocked", "{}" },
        { "PUT /me/blocked/{user}", "me/blocked/bob", null, "block", """{"user":"bob"}""" },
        { "DELETE /me/blocked/{user}", "me/blocked/bob", null, "unblock", """{"user":"bob"}""" },
        { "GET /conversations", "conversations?limit=3", null, "conversations", """{"limit":3}""" },
        {
            "GET /search", "search?text=two%20words&conversation=group:g&before=9&limit=7", null,
            "search", """{"text":"two words","conversation":"group:g","before":"9","limit":7}"""
        },
        { "POST /conversations", "conversations", """{"to":"bob"}""", "open", """{"to":"bob"}""" },
        {
            "GET /conversations/{conversation}/messages", "conversations/group:g/messages?before=9&limit=2", null,
            "history", """{"conversation":"group:g","before":9,"limit":2}"""
        },
        {
            "GET /conversations/{conversation}/messages", "conversations/dm%3Aalice%3Abob/messages?after=9", null,
            "history", """{"conversation":"dm:alice:bob","after":9}"""
        },
        {
            "PATCH /conversations/{conversation}/messages/{seq}", "conversations/group:g/messages/4", """{"text":"t","conversation":"group:h","seq":5}""",
            "edit", """{"conversation":"group:g","seq":4,"text":"t"}"""
        },
        {
            "DELETE /conversations/{conversation}/messages/{seq}", "conversations/group:g/messages/4", null,
            "delete", """{"conversation":"group:g","seq":4}"""
        },
        {
            "PUT /conversations/{conversation}/messages/{seq}/reactions/{emoji}", "conversations/group:g/messages/4/reactions/%F0%9F%91%8D", null,
            "react", """{"conversation":"group:g","seq":4,"emoji":"👍","on":true}"""
        },
        {
            "DELETE /conversations/{conversation}/messages/{seq}/reactions/{emoji}", "conversations/group:g/messages/4/reactions/👍", null,
            "react", """{"conversation":"group:g","seq":4,"emoji":"👍","on":false}"""
        },
        {
            "PUT /conversations/{conversation}/messages/{seq}/pin", "conversations/group:g/messages/4/pin", null,
            "pin", """{"conversation":"group:g","seq":4,"on":true}"""
        },
        {
            "DELETE /conversations/{conversation}/messages/{seq}/pin", "conversations/group:g/messages/4/pin", null,
            "pin", """{"conversation":"group:g","seq":4,"on":false}"""
        },
        { "PUT /conversations/{conversation}/read", "conversations/group:g/read", """{"seq":4}""", "read", """{"conversation":"group:g","seq":4}""" },
        {
            "PUT /conversations/{conversation}/delivered", "conversations/group:g/delivered", """{"seq":"x"}""",
            "delivered", """{"conversation":"group:g","seq":"x"}"""
        },
        {
            "GET /conversations/{conversation}/receipts", "conversations/group:g/receipts?after=b&limit=7", null,
            "receipts", """{"conversation":"group:g","after":"b","limit":7}"""
        },
        { "POST /conversations/{conversation}/typing", "conversations/group:g/typing", null, "typing", """{"conversation":"group:g"}""" },
        {
            "POST /groups", "groups", """{"group":"g","members":["bob"],"title":"T"}""",
            "group.create", """{"group":"g","title":"T","members":["bob"]}"""
        },
        { "GET /groups", "groups?prefix=g&after=h&limit=7", null, "group.list", """{"prefix":"g","after":"h","limit":7}""" },
        { "GET /groups/{group}", "groups/g", null, "group.get", """{"group":"g"}""" },
        { "PATCH /groups/{group}", "groups/g", GroupBody, "group.update", """{"group":"g","title":"T","join":"open","public":true,"history":"joined"}""" },
        { "DELETE /groups/{group}", "groups/g", null, "group.delete", """{"group":"g"}""" },
        { "GET /groups/{group}/members", "groups/g/members?after=b&limit=7", null, "group.members", """{"group":"g","after":"b","limit":7}""" },
        { "PUT /groups/{group}/members/me", "groups/g/members/me", null, "group.join", """{"group":"g"}""" },
        { "DELETE /groups/{group}/members/me", "groups/g/members/me", null, "group.leave", """{"group":"g"}""" },
        { "PUT /groups/{group}/bans/{user}", "groups/g/bans/bob", null, "group.ban", """{"group":"g","user":"bob"}""" },
        { "DELETE /groups/{group}/bans/{user}", "groups/g/bans/bob", null, "group.unban", """{"group":"g","user":"bob"}""" },
        { "PUT /groups/{group}/mutes/{user}", "groups/g/mutes/bob", """{"until":99}""", "group.mute", """{"group":"g","user":"bob","until":99}""" },
        { "DELETE /groups/{group}/mutes/{user}", "groups/g/mutes/bob", null, "group.mute", """{"group":"g","user":"bob"}""" },
        { "GET /groups/{group}/requests", "groups/g/requests?after=b&limit=7", null, "group.requests", """{"group":"g","after":"b","limit":7}""" },
        { "PUT /groups/{group}/requests/{user}", "groups/g/requests/bob", null, "group.approve", """{"group":"g","user":"bob"}""" },
        { "DELETE /groups/{group}/requests/{user}", "groups/g/requests/bob", null, "group.reject", """{"group":"g","user":"bob"}""" },
    };

    [Fact]
    public void Table_of_requests_has_every_row_that_runs_a_command() =>
        Assert.Empty(RestTable.All.Where(row => row.Command is not null).Select(row => $"{row.Method} {row.Route}").Except(Requests.Select(request => request.Data.Item1)));

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_gives_its_command_what_it_says(string row, string path, string? body, string command, string arguments)
    {
        await using RestHost host = await RestHost.StartAsync();
        host.Answer = _ => Answers.Ok("""{"conversation":"group:g","some":"thing"}""");
        RestEndpoint endpoint = RestTable.All.Single(one => $"{one.Method} {one.Route}" == row);

        using HttpResponseMessage response = await host.SendAsync(endpoint.Method, path, body);

        Assert.Equal(endpoint.Success, (int)response.StatusCode);
        Executed executed = Assert.Single(host.Commands);
        Assert.Equal(("alice", command), (executed.User, executed.Command));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(arguments), executed.Arguments), executed.Arguments.ToString());
        Assert.Equal(
            endpoint.Answer is null ? "" : """{"conversation":"group:g","some":"thing"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(endpoint.Answer is null ? null : "application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("GET", "users?limit=-1")]
    [InlineData("GET", "users?limit=+1")]
    [InlineData("GET", "users?limit=1.5")]
    [InlineData("GET", "users?limit=99999999999999999999")]
    [InlineData("GET", "users?limit=1&limit=2")]
    [InlineData("GET", "users?prefix=a&prefix=b")]
    [InlineData("DELETE", "conversations/group:g/messages/x")]
    [InlineData("GET", "conversations/group:g/messages/0x1")]
    public async Task Parameter_that_makes_no_sense_is_refused(string method, string path)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(method, path);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(4000, await response.ProblemAsync());
        Assert.Empty(host.Commands);
    }

    [Fact]
    public void Body_cannot_overrule_the_route() =>
        Assert.All(RestTable.All.Where(row => row.Body is not null), row => Assert.Empty(
            FrontEnds.Rest.Documents.RestJson.MembersOf(row.Body!).Select(member => member.Name)
                .Intersect([.. row.Path.Concat(row.Query).Select(parameter => parameter.Name)])));

    [Fact]
    public async Task Created_group_has_an_address()
    {
        await using RestHost host = await RestHost.StartAsync();
        host.Answer = _ => Answers.Ok("""{"conversation":"group:team"}""");

        using HttpResponseMessage response = await host.SendAsync("POST", "groups", """{"group":"team"}""");

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("/api/v1/groups/team", response.Headers.Location?.ToString());
    }
}
