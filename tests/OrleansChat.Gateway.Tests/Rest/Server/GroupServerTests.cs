using System.Net;
using System.Text.Json;

namespace OrleansChat.Gateway.Tests.Rest.Server;

[Collection(RestServerCollection.Name)]
public sealed class GroupServerTests(RestServer server)
{
    [Fact]
    public async Task Group_is_created_once_changed_and_deleted()
    {
        RestUser ann = await server.UserAsync("life.ann");
        RestUser bob = await server.UserAsync("life.bob");

        using HttpResponseMessage created = await ann.SendAsync(
            "POST", "groups", """{"group":"life","title":"Life","join":"open","public":true,"members":["life.bob"]}""");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/groups/life", created.Headers.Location?.ToString());
        Assert.Equal(4090, await bob.RefusedAsync("POST", "groups", """{"group":"life"}"""));
        Assert.Equal(["life"], await bob.NamesAsync("groups?prefix=life", "group"));
        Assert.Equal(["life.ann", "life.bob"], await bob.NamesAsync("groups/life/members", "user"));

        Assert.Equal(4031, await bob.RefusedAsync("PATCH", "groups/life", """{"title":"Mine"}"""));
        JsonElement renamed = await ann.DoneAsync("PATCH", "groups/life", """{"title":"Ours","join":"invite"}""");
        Assert.Equal(2, renamed.GetProperty("seq").GetInt64());
        JsonElement group = await bob.GetAsync("groups/life");
        Assert.Equal(("Ours", "invite", "member"), (Text(group, "title"), Text(group, "join"), Text(group, "role")));

        Assert.Equal(4031, await bob.RefusedAsync("DELETE", "groups/life"));
        await ann.DoneAsync("DELETE", "groups/life");
        Assert.Equal(4041, await ann.RefusedAsync("GET", "groups/life"));
        Assert.Empty(await bob.NamesAsync("groups?prefix=life", "group"));
        Assert.Equal(4090, await ann.RefusedAsync("POST", "groups", """{"group":"life"}"""));
    }

    [Fact]
    public async Task Private_group_is_for_members_only()
    {
        RestUser ann = await server.UserAsync("hid.ann");
        RestUser eve = await server.UserAsync("hid.eve");
        await ann.DoneAsync("POST", "groups", """{"group":"hid"}""");

        Assert.Equal(4030, await eve.RefusedAsync("GET", "groups/hid"));
        Assert.Equal(4030, await eve.RefusedAsync("GET", "groups/hid/members"));
        Assert.Equal(4030, await eve.RefusedAsync("GET", "conversations/group:hid/messages"));
        Assert.Equal(4031, await eve.RefusedAsync("PUT", "groups/hid/members/me"));
        Assert.Equal(4030, await eve.RefusedAsync("PUT", "groups/hid/members/hid.eve", """{"role":"owner"}"""));
        Assert.Equal(4041, await eve.RefusedAsync("GET", "groups/hid.none"));
    }

    [Fact]
    public async Task Open_group_is_joined_and_left()
    {
        RestUser ann = await server.UserAsync("join.ann");
        RestUser bob = await server.UserAsync("join.bob");
        await ann.DoneAsync("POST", "groups", """{"group":"join","join":"open"}""");

        await bob.DoneAsync("PUT", "groups/join/members/me");
        Assert.Equal(3, await bob.SayAsync("group:join", "here"));
        await bob.DoneAsync("DELETE", "groups/join/members/join.bob");

        Assert.Equal(4030, await bob.RefusedAsync("POST", "conversations/group:join/messages", """{"text":"gone"}"""));
        await bob.DoneAsync("PUT", "groups/join/members/join.bob");
        await bob.DoneAsync("DELETE", "groups/join/members/me");
        Assert.Equal(["join.ann"], await ann.NamesAsync("groups/join/members", "user"));
    }

    [Fact]
    public async Task Place_of_a_member_is_put_and_repeated()
    {
        RestUser ann = await server.UserAsync("role.ann");
        RestUser bob = await server.UserAsync("role.bob");
        RestUser cyd = await server.UserAsync("role.cyd");
        await ann.DoneAsync("POST", "groups", """{"group":"role"}""");

        await ann.DoneAsync("PUT", "groups/role/members/role.bob", """{"role":"admin"}""");
        await ann.DoneAsync("PUT", "groups/role/members/role.bob", """{"role":"admin"}""");
        await bob.DoneAsync("PUT", "groups/role/members/role.cyd", """{"role":"member"}""");
        await bob.DoneAsync("PUT", "groups/role/members/role.cyd", """{"role":"member"}""");

        Assert.Equal(["owner", "admin", "member"], await cyd.NamesAsync("groups/role/members", "role"));
        Assert.Equal(4031, await bob.RefusedAsync("PUT", "groups/role/members/role.cyd", """{"role":"admin"}"""));
        Assert.Equal(4031, await bob.RefusedAsync("PUT", "groups/role/members/role.ann", """{"role":"member"}"""));
        Assert.Equal(4000, await ann.RefusedAsync("PUT", "groups/role/members/role.bob", """{"role":"king"}"""));
        Assert.Equal(4040, await ann.RefusedAsync("PUT", "groups/role/members/role.none", """{"role":"member"}"""));
        await ann.DoneAsync("PUT", "groups/role/members/role.bob", """{"role":"member"}""");
        Assert.Equal(["owner", "member", "member"], await cyd.NamesAsync("groups/role/members", "role"));
    }

    [Fact]
    public async Task Kicked_muted_and_banned_members_cannot_write()
    {
        RestUser ann = await server.UserAsync("out2.ann");
        RestUser bob = await server.UserAsync("out2.bob");
        const string Messages = "conversations/group:out2/messages";
        await ann.DoneAsync("POST", "groups", """{"group":"out2","join":"open","members":["out2.bob"]}""");

        await ann.DoneAsync("PUT", "groups/out2/mutes/out2.bob", """{"until":4102444800000}""");
        Assert.Equal(4033, await bob.RefusedAsync("POST", Messages, """{"text":"hi"}"""));
        await ann.DoneAsync("DELETE", "groups/out2/mutes/out2.bob");
        await bob.SayAsync("group:out2", "hi");

        await ann.DoneAsync("DELETE", "groups/out2/members/out2.bob");
        Assert.Equal(4030, await bob.RefusedAsync("POST", Messages, """{"text":"hi"}"""));
        Assert.Equal(4040, await ann.RefusedAsync("DELETE", "groups/out2/members/out2.bob"));

        await ann.DoneAsync("PUT", "groups/out2/bans/out2.bob");
        Assert.Equal(4034, await bob.RefusedAsync("PUT", "groups/out2/members/me"));
        Assert.Equal(4034, await bob.RefusedAsync("GET", Messages));
        await ann.DoneAsync("DELETE", "groups/out2/bans/out2.bob");
        await bob.DoneAsync("PUT", "groups/out2/members/me");
    }

    [Fact]
    public async Task Request_to_join_waits_for_an_admin()
    {
        RestUser ann = await server.UserAsync("ask.ann");
        RestUser bob = await server.UserAsync("ask.bob");
        RestUser cyd = await server.UserAsync("ask.cyd");
        await ann.DoneAsync("POST", "groups", """{"group":"ask","join":"approval","public":true}""");

        JsonElement asked = await bob.DoneAsync("PUT", "groups/ask/members/me");
        await cyd.DoneAsync("PUT", "groups/ask/members/me");

        Assert.True(asked.GetProperty("pending").GetBoolean());
        JsonElement requests = await ann.GetAsync("groups/ask/requests");
        Assert.Equal(["ask.bob", "ask.cyd"], requests.GetProperty("items").EnumerateArray().Select(name => name.GetString()));
        await ann.DoneAsync("PUT", "groups/ask/requests/ask.bob");
        await ann.DoneAsync("DELETE", "groups/ask/requests/ask.cyd");
        Assert.Equal(["ask.ann", "ask.bob"], await ann.NamesAsync("groups/ask/members", "user"));
        Assert.Equal(4030, await cyd.RefusedAsync("GET", "groups/ask/members"));
        Assert.Equal(4031, await bob.RefusedAsync("GET", "groups/ask/requests"));
    }

    [Fact]
    public async Task Pinned_message_stands_in_the_summary()
    {
        RestUser ann = await server.UserAsync("pin.ann");
        await ann.DoneAsync("POST", "groups", """{"group":"pin"}""");
        long seq = await ann.SayAsync("group:pin", "mark this");

        await ann.DoneAsync("PUT", $"conversations/group:pin/messages/{seq}/pin");
        JsonElement pinned = (await ann.GetAsync("conversations")).GetProperty("conversations")[0].GetProperty("pinned");
        await ann.DoneAsync("DELETE", $"conversations/group:pin/messages/{seq}/pin");
        JsonElement after = (await ann.GetAsync("conversations")).GetProperty("conversations")[0].GetProperty("pinned");

        Assert.Equal([seq], pinned.EnumerateArray().Select(one => one.GetInt64()));
        Assert.Empty(after.EnumerateArray());
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
