using System.Net;
using System.Text.Json;

namespace OrleansChat.Gateway.Tests.Rest.Server;

/// <summary>What a small messenger over Redis could do, each function over REST.</summary>
[Collection(RestServerCollection.Name)]
public sealed class MessengerServerTests(RestServer server)
{
    [Fact]
    public async Task Create_user_is_unique()
    {
        await server.UserAsync("msgr.ann");

        using HttpResponseMessage again = await server.Stranger().SendAsync("POST", "users", $$"""{"name":"MSGR.ann","password":"{{RestUser.Password}}"}""");

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        JsonElement problem = JsonElement.Parse(await again.Content.ReadAsStringAsync());
        Assert.Equal("Username already exists.", problem.GetProperty("detail").GetString());
        Assert.Equal(4090, problem.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Check_user_exists_and_list_all_users_in_order()
    {
        RestUser cyd = await server.UserAsync("list.cyd");
        await server.UserAsync("list.ann");
        await server.UserAsync("list.bob");

        Assert.Equal("list.bob", (await cyd.GetAsync("users/list.bob")).GetProperty("name").GetString());
        Assert.Equal(4040, await cyd.RefusedAsync("GET", "users/list.dan"));
        Assert.Equal(["list.ann", "list.bob", "list.cyd"], await cyd.NamesAsync("users?prefix=list."));
    }

    [Fact]
    public async Task List_user_messages_has_both_directions_in_order_and_says_what_was_seen()
    {
        RestUser ann = await server.UserAsync("both.ann");
        RestUser bob = await server.UserAsync("both.bob");
        const string conversation = "dm:both.ann:both.bob";
        await ann.SayAsync(conversation, "one");
        await bob.SayAsync(conversation, "two");
        await ann.SayAsync(conversation, "three");

        // Who answers has read what came before.
        Assert.Equal(["one True", "two True", "three False"], await SeenAsync(ann, conversation, "show"));
        Assert.Equal(["one True", "two True", "three False"], await SeenAsync(bob, conversation, "show"));
        Assert.Equal(4000, await bob.RefusedAsync("GET", $"conversations/{conversation}/messages?seen=yes"));
        Assert.False((await ann.GetAsync($"conversations/{conversation}/messages")).GetProperty("messages")[0].TryGetProperty("seen", out _));
    }

    [Fact]
    public async Task The_last_ten_from_someone_are_marked_seen_by_reading_them()
    {
        RestUser ann = await server.UserAsync("ten.ann");
        RestUser bob = await server.UserAsync("ten.bob");
        RestUser cyd = await server.UserAsync("ten.cyd");
        const string conversation = "dm:ten.ann:ten.bob";
        for (int i = 1; i <= 12; i++)
        {
            await bob.SayAsync(conversation, $"m{i}");
        }

        await cyd.SayAsync("dm:ten.ann:ten.cyd", "one of mine");
        Assert.Equal(["ten.bob 12", "ten.cyd 1"], await UnseenAsync(ann));

        IReadOnlyList<string> last = await SeenAsync(ann, conversation, "mark", limit: 10);

        Assert.Equal(Enumerable.Range(3, 10).Select(i => $"m{i} False"), last);
        Assert.Equal(["ten.cyd 1"], await UnseenAsync(ann));
        Assert.All(await SeenAsync(bob, conversation, "show"), line => Assert.EndsWith(" True", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_strangers_have_seen_is_not_told()
    {
        RestUser ann = await server.UserAsync("strg.ann");
        await server.UserAsync("strg.bob");
        RestUser eve = await server.UserAsync("strg.eve");
        await ann.SayAsync("dm:strg.ann:strg.bob", "between us");

        Assert.Equal(4030, await eve.RefusedAsync("GET", "conversations/dm:strg.ann:strg.bob/messages?seen=mark"));
    }

    private static async Task<IReadOnlyList<string>> SeenAsync(RestUser user, string conversation, string seen, int limit = 50) =>
        [.. (await user.GetAsync($"conversations/{conversation}/messages?seen={seen}&limit={limit}")).GetProperty("messages").EnumerateArray()
            .Select(message => $"{message.GetProperty("text").GetString()} {message.GetProperty("seen").GetBoolean()}")];

    private static async Task<IReadOnlyList<string>> UnseenAsync(RestUser user) =>
        [.. (await user.GetAsync("me/unseen")).GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("from").GetString()} {item.GetProperty("unseen").GetInt64()}").Order(StringComparer.Ordinal)];
}
