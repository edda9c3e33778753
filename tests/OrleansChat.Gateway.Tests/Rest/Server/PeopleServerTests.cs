using System.Text.Json;

namespace OrleansChat.Gateway.Tests.Rest.Server;

[Collection(RestServerCollection.Name)]
public sealed class PeopleServerTests(RestServer server)
{
    [Fact]
    public async Task Directory_is_read_page_by_page()
    {
        RestUser ann = await server.UserAsync("page.ann");
        await server.UserAsync("page.bob");
        await server.UserAsync("page.cyd");

        JsonElement first = await ann.GetAsync("users?prefix=page.&after=&limit=2");
        string? next = first.GetProperty("next").GetString();
        IReadOnlyList<string?> rest = await ann.NamesAsync($"users?prefix=page.&after={next}&limit=2");

        Assert.Equal(
            ["page.ann", "page.bob"], first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(["page.cyd"], rest);
    }

    [Fact]
    public async Task Profile_shows_what_its_owner_wrote()
    {
        RestUser ann = await server.UserAsync("prof.ann");
        RestUser bob = await server.UserAsync("prof.bob");

        await ann.DoneAsync("PATCH", "me", """{"displayName":"Ann","status":"here","avatar":"#123456"}""");
        await ann.DoneAsync("PATCH", "me", """{"status":"there"}""");

        JsonElement seen = await bob.GetAsync("users/prof.ann");
        Assert.Equal("Ann", seen.GetProperty("displayName").GetString());
        Assert.Equal("there", seen.GetProperty("status").GetString());
        Assert.Equal("#123456", seen.GetProperty("avatar").GetString());
        Assert.Equal("offline", seen.GetProperty("state").GetString());
        Assert.Equal(4040, await bob.RefusedAsync("GET", "users/prof.nobody"));
        Assert.Equal(4001, await ann.RefusedAsync("PATCH", "me", $$"""{"status":"{{new string('x', 257)}}"}"""));
    }

    [Fact]
    public async Task Contacts_are_added_shown_and_removed()
    {
        RestUser ann = await server.UserAsync("cont.ann");
        await server.UserAsync("cont.bob");

        await ann.DoneAsync("PUT", "me/contacts/cont.bob");
        await ann.DoneAsync("PUT", "me/contacts/cont.bob");

        Assert.Equal(["cont.bob"], await ann.NamesAsync("me/contacts"));
        Assert.Equal("cont.bob", (await ann.GetAsync("me/contacts/cont.bob")).GetProperty("name").GetString());
        Assert.Equal(4040, await ann.RefusedAsync("GET", "me/contacts/cont.ann"));
        Assert.Equal(4040, await ann.RefusedAsync("PUT", "me/contacts/cont.nobody"));
        Assert.Equal(4000, await ann.RefusedAsync("PUT", "me/contacts/cont.ann"));
        await ann.DoneAsync("DELETE", "me/contacts/cont.bob");
        Assert.Empty(await ann.NamesAsync("me/contacts"));
    }

    [Fact]
    public async Task Blocked_person_cannot_write_until_the_block_is_lifted()
    {
        RestUser ann = await server.UserAsync("block.ann");
        RestUser bob = await server.UserAsync("block.bob");

        await ann.DoneAsync("PUT", "me/blocked/block.bob");

        Assert.Equal(["block.bob"], await ann.NamesAsync("me/blocked"));
        Assert.Equal(4032, await bob.RefusedAsync("POST", "conversations/dm:block.ann:block.bob/messages", """{"text":"hi"}"""));
        await ann.DoneAsync("DELETE", "me/blocked/block.bob");
        Assert.Equal(1, await bob.SayAsync("dm:block.ann:block.bob", "hi"));
    }

    [Fact]
    public async Task Nobody_is_online_over_rest()
    {
        RestUser ann = await server.UserAsync("on.ann");

        Assert.Empty(await ann.NamesAsync("online"));
    }
}
