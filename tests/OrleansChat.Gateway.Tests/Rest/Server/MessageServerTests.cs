using System.Net;
using System.Text.Json;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest.Server;

[Collection(RestServerCollection.Name)]
public sealed class MessageServerTests(RestServer server)
{
    [Fact]
    public async Task First_message_opens_the_direct_conversation_for_both()
    {
        RestUser ann = await server.UserAsync("dm.ann");
        RestUser bob = await server.UserAsync("dm.bob");

        using HttpResponseMessage created = await ann.SendAsync("POST", "conversations/dm:dm.ann:dm.bob/messages", """{"text":"hi 👍"}""");
        await bob.DoneAsync("POST", "conversations/dm:dm.ann:dm.bob/messages", """{"text":"hello","replyTo":1}""");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        JsonElement first = await bob.GetAsync(created.Headers.Location!.ToString());
        Assert.Equal(("hi 👍", "dm.ann"), (first.GetProperty("text").GetString(), first.GetProperty("from").GetString()));
        Assert.Equal(["hi 👍", "hello"], await ann.TextsAsync("dm:dm.ann:dm.bob"));
        JsonElement summary = Assert.Single((await bob.GetAsync("conversations")).GetProperty("conversations").EnumerateArray());
        Assert.Equal(("dm.ann", 2), (summary.GetProperty("peer").GetString(), summary.GetProperty("last").GetInt64()));
    }

    [Fact]
    public async Task Stranger_neither_reads_nor_writes()
    {
        RestUser ann = await server.UserAsync("priv.ann");
        await server.UserAsync("priv.bob");
        RestUser eve = await server.UserAsync("priv.eve");
        await ann.SayAsync("dm:priv.ann:priv.bob", "secret");

        Assert.Equal(4030, await eve.RefusedAsync("GET", "conversations/dm:priv.ann:priv.bob/messages"));
        Assert.Equal(4030, await eve.RefusedAsync("GET", "conversations/dm:priv.ann:priv.bob/messages/1"));
        Assert.Equal(4030, await eve.RefusedAsync("POST", "conversations/dm:priv.ann:priv.bob/messages", """{"text":"hi"}"""));
        Assert.Equal(4030, await eve.RefusedAsync("PATCH", "conversations/dm:priv.ann:priv.bob/messages/1", """{"text":"hi"}"""));
        Assert.Equal(4030, await eve.RefusedAsync("DELETE", "conversations/dm:priv.ann:priv.bob/messages/1"));
        Assert.Equal(4030, await eve.RefusedAsync("PUT", "conversations/dm:priv.ann:priv.bob/messages/1/reactions/x"));
        Assert.Equal(4030, await eve.RefusedAsync("PUT", "conversations/dm:priv.ann:priv.bob/read", """{"seq":1}"""));
    }

    [Fact]
    public async Task Message_to_what_does_not_exist_is_refused()
    {
        RestUser ann = await server.UserAsync("conv.ann");

        Assert.Equal(4041, await ann.RefusedAsync("POST", "conversations/group:no.such/messages", """{"text":"hi"}"""));
        Assert.Equal(4040, await ann.RefusedAsync("POST", "conversations/dm:conv.ann:conv.nobody/messages", """{"text":"hi"}"""));
        Assert.Equal(4000, await ann.RefusedAsync("POST", "conversations/dm:z:a/messages", """{"text":"hi"}"""));
        Assert.Equal(4000, await ann.RefusedAsync("POST", "conversations/nothing/messages", """{"text":"hi"}"""));
    }

    [Fact]
    public async Task Repeated_message_keeps_its_number()
    {
        RestUser ann = await server.UserAsync("idem.ann");
        await server.UserAsync("idem.bob");
        const string Path = "conversations/dm:idem.ann:idem.bob/messages";

        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => ann.SendAsync("POST", Path, """{"text":"once"}""", "key-1")));

        JsonElement[] sent = await Task.WhenAll(answers.Select(answer => answer.JsonAsync()));
        Assert.All(sent, one => Assert.Equal(1, one.GetProperty("seq").GetInt64()));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.Created, Assert.Single(answers, answer => answer.StatusCode != HttpStatusCode.OK).StatusCode);
        Assert.Equal(1, (await ann.DoneAsync("POST", Path, """{"text":"once","clientId":"key-1"}""")).GetProperty("seq").GetInt64());
        Assert.Equal(4091, await ann.RefusedAsync("POST", Path, """{"text":"twice","clientId":"key-1"}"""));
        Assert.Equal(["once"], await ann.TextsAsync("dm:idem.ann:idem.bob"));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Messages_without_a_client_id_are_all_kept()
    {
        RestUser ann = await server.UserAsync("noid.ann");
        await server.UserAsync("noid.bob");

        await ann.SayAsync("dm:noid.ann:noid.bob", "same");
        await ann.SayAsync("dm:noid.ann:noid.bob", "same");

        Assert.Equal(["same", "same"], await ann.TextsAsync("dm:noid.ann:noid.bob"));
    }

    [Fact]
    public async Task Message_is_edited_reacted_to_and_deleted()
    {
        RestUser ann = await server.UserAsync("edit.ann");
        RestUser bob = await server.UserAsync("edit.bob");
        const string Message = "conversations/dm:edit.ann:edit.bob/messages/1";
        await ann.SayAsync("dm:edit.ann:edit.bob", "draft");

        JsonElement position = await ann.DoneAsync("PATCH", Message, """{"text":"final"}""");
        await bob.DoneAsync("PUT", Message + "/reactions/%F0%9F%91%8D");
        await bob.DoneAsync("PUT", Message + "/reactions/ok");
        await bob.DoneAsync("DELETE", Message + "/reactions/ok");

        Assert.Equal(2, position.GetProperty("seq").GetInt64());
        Assert.Equal(4031, await bob.RefusedAsync("PATCH", Message, """{"text":"mine"}"""));
        JsonElement message = await bob.GetAsync(Message);
        Assert.Equal("final", message.GetProperty("text").GetString());
        Assert.True(message.GetProperty("edited").GetInt64() > 0);
        JsonProperty reaction = Assert.Single(message.GetProperty("reactions").EnumerateObject());
        Assert.Equal(("👍", "edit.bob"), (reaction.Name, reaction.Value[0].GetString()));

        await ann.DoneAsync("DELETE", Message);

        JsonElement deleted = await bob.GetAsync(Message);
        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        Assert.False(deleted.TryGetProperty("text", out _));
        Assert.Equal(4042, await ann.RefusedAsync("PATCH", "conversations/dm:edit.ann:edit.bob/messages/99", """{"text":"x"}"""));
        Assert.Equal(4042, await ann.RefusedAsync("GET", "conversations/dm:edit.ann:edit.bob/messages/99"));
    }

    [Fact]
    public async Task Read_messages_are_not_counted_as_unread()
    {
        RestUser ann = await server.UserAsync("read.ann");
        RestUser bob = await server.UserAsync("read.bob");
        const string Conversation = "dm:read.ann:read.bob";
        for (int i = 1; i <= 3; i++)
        {
            await ann.SayAsync(Conversation, $"message {i}");
        }

        await bob.DoneAsync("PUT", $"conversations/{Conversation}/delivered", """{"seq":3}""");
        await bob.DoneAsync("PUT", $"conversations/{Conversation}/read", """{"seq":2}""");
        await bob.DoneAsync("PUT", $"conversations/{Conversation}/read", """{"seq":1}""");

        JsonElement summary = Assert.Single((await bob.GetAsync("conversations")).GetProperty("conversations").EnumerateArray());
        Assert.Equal(1, summary.GetProperty("unread").GetInt64());
        JsonElement receipt = (await ann.GetAsync($"conversations/{Conversation}/receipts")).GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("user").GetString() == "read.bob");
        Assert.Equal((2, 3), (receipt.GetProperty("read").GetInt64(), receipt.GetProperty("delivered").GetInt64()));
        await bob.DoneAsync("POST", $"conversations/{Conversation}/typing");
    }

    [Fact]
    public async Task History_is_read_in_both_directions()
    {
        RestUser ann = await server.UserAsync("hist.ann");
        await server.UserAsync("hist.bob");
        const string Conversation = "dm:hist.ann:hist.bob";
        for (int i = 1; i <= 5; i++)
        {
            await ann.SayAsync(Conversation, $"{i}");
        }

        JsonElement before = await ann.GetAsync($"conversations/{Conversation}/messages?before=4&limit=2");
        JsonElement after = await ann.GetAsync($"conversations/{Conversation}/messages?after=3&limit=5");

        Assert.Equal(["2", "3"], Texts(before));
        Assert.True(before.GetProperty("more").GetBoolean());
        Assert.Equal(["4", "5"], Texts(after));
        Assert.False(after.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task Message_is_bounded()
    {
        RestUser ann = await server.UserAsync("size.ann");
        await server.UserAsync("size.bob");
        const string Path = "conversations/dm:size.ann:size.bob/messages";

        Assert.Equal(4000, await ann.RefusedAsync("POST", Path, "{}"));
        Assert.Equal(4000, await ann.RefusedAsync("POST", Path, """{"text":7}"""));
        Assert.Equal(4000, await ann.RefusedAsync("POST", Path, """{"text":"\ud800"}"""));
        Assert.Equal(4001, await ann.RefusedAsync("POST", Path, $$"""{"text":"{{new string('x', 8193)}}"}"""));
        Assert.Equal(4001, await ann.RefusedAsync("POST", Path, $$"""{"text":"{{new string('x', 70_000)}}"}"""));
        Assert.Equal(1, await ann.SayAsync("dm:size.ann:size.bob", new string('x', 8192)));
    }

    [Fact]
    public async Task Opened_conversation_is_summarised_before_its_first_message()
    {
        RestUser ann = await server.UserAsync("open.ann");
        await server.UserAsync("open.bob");

        JsonElement summary = await ann.DoneAsync("POST", "conversations", """{"to":"open.bob"}""");

        Assert.Equal(("dm:open.ann:open.bob", 0), (summary.GetProperty("conversation").GetString(), summary.GetProperty("last").GetInt64()));
        Assert.Equal(4040, await ann.RefusedAsync("POST", "conversations", """{"to":"open.nobody"}"""));
    }

    private static IEnumerable<string?> Texts(JsonElement page) =>
        page.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetString());
}
