using System.Text.Json;

namespace OrleansChat.Gateway.Tests.Rest.Server;

[Collection(RestServerCollection.Name)]
public sealed class SearchServerTests(RestServer server)
{
    [Fact]
    public async Task Every_word_has_to_be_there_in_any_case_of_letters()
    {
        RestUser ann = await server.UserAsync("srch.ann");
        await server.UserAsync("srch.bob");
        const string conversation = "dm:srch.ann:srch.bob";
        await ann.SayAsync(conversation, "The quick brown fox");
        await ann.SayAsync(conversation, "a slow brown dog");
        await ann.SayAsync(conversation, "ÜBER the fence");

        Assert.Equal(["a slow brown dog", "The quick brown fox"], await FoundAsync(ann, "search?text=BROWN"));
        Assert.Equal(["The quick brown fox"], await FoundAsync(ann, "search?text=fox%20brown&conversation=" + conversation));
        Assert.Equal(["ÜBER the fence"], await FoundAsync(ann, "search?text=%C3%BCber"));
        Assert.Empty(await FoundAsync(ann, "search?text=cat"));
    }

    [Fact]
    public async Task What_was_edited_is_found_by_its_new_text_and_what_was_deleted_is_not()
    {
        RestUser ann = await server.UserAsync("sred.ann");
        await server.UserAsync("sred.bob");
        const string conversation = "dm:sred.ann:sred.bob";
        long first = await ann.SayAsync(conversation, "apple");
        long second = await ann.SayAsync(conversation, "apple too");
        await ann.DoneAsync("PATCH", $"conversations/{conversation}/messages/{first}", """{"text":"pear"}""");
        await ann.DoneAsync("DELETE", $"conversations/{conversation}/messages/{second}");

        Assert.Empty(await FoundAsync(ann, "search?text=apple"));
        Assert.Equal(["pear"], await FoundAsync(ann, "search?text=pear"));
    }

    [Fact]
    public async Task One_conversation_is_searched_page_by_page()
    {
        RestUser ann = await server.UserAsync("srpg.ann");
        await server.UserAsync("srpg.bob");
        const string conversation = "dm:srpg.ann:srpg.bob";
        for (int i = 1; i <= 7; i++)
        {
            await ann.SayAsync(conversation, i % 2 == 0 ? $"other {i}" : $"wanted {i}");
        }

        var found = new List<string>();
        string? next = null;
        do
        {
            JsonElement page = await ann.GetAsync($"search?text=wanted&limit=2&conversation={conversation}&before={next}");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(Text));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(["wanted 7", "wanted 5", "wanted 3", "wanted 1"], found);
    }

    [Fact]
    public async Task Nobody_finds_what_they_may_not_read()
    {
        RestUser ann = await server.UserAsync("srsx.ann");
        await server.UserAsync("srsx.bob");
        RestUser eve = await server.UserAsync("srsx.eve");
        await ann.SayAsync("dm:srsx.ann:srsx.bob", "a secret word");

        Assert.Empty(await FoundAsync(eve, "search?text=secret"));
        Assert.Equal(4030, await eve.RefusedAsync("GET", "search?text=secret&conversation=dm:srsx.ann:srsx.bob"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text=%20%20")]
    [InlineData("text=x&before=y&conversation=dm:a1:b1")]
    public async Task A_search_for_nothing_is_refused(string query)
    {
        RestUser ann = await server.UserAsync($"srno.{Guid.NewGuid():N}"[..20]);

        Assert.Equal(4000, await ann.RefusedAsync("GET", "search?" + query));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused()
    {
        RestUser ann = await server.UserAsync("srlg.ann");

        Assert.Equal(4000, await ann.RefusedAsync("GET", "search?text=" + new string('x', 257)));
    }

    private static string Text(JsonElement message) => message.GetProperty("text").GetString()!;

    private static async Task<IReadOnlyList<string>> FoundAsync(RestUser user, string path) =>
        [.. (await user.GetAsync(path)).GetProperty("items").EnumerateArray().Select(Text)];
}
