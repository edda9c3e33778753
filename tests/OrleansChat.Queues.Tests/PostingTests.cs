using System.Net;
using System.Text.Json;
using OrleansChat.Queues.Tests.Support;

namespace OrleansChat.Queues.Tests;

/// <summary><c>POST /q/&lt;q&gt;</c> and <c>GET /q</c>.</summary>
public sealed class PostingTests(QueuesFixture nodes)
{
    [Fact]
    public async Task A_form_is_posted_and_creates_the_queue_of_who_posts_first()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("form");

        Answer answer = await owner.PostFormAsync($"/q/{queue}", "value", "a form's value & more");

        JsonElement posted = answer.Expect(HttpStatusCode.Created).Json;
        long key = posted.GetProperty("key").GetInt64();
        Assert.Equal(queue, posted.GetProperty("queue").GetString());
        Assert.Equal($"/q/{queue}/{key}", answer.Location);
        Assert.Equal(new Item(queue, key, "a form's value & more", 0), await owner.TakeAsync(queue));
        JsonElement group = (await owner.GetAsync($"/api/v1/groups/{queue}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("owner", group.GetProperty("role").GetString());
    }

    [Theory]
    [InlineData("\"a text\"")]
    [InlineData("\"\"")]
    [InlineData("42")]
    [InlineData("2.50")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"a\":\n[1,{\"b\":\"ü 👍 <&>\\n\"}]}")]
    public async Task A_JSON_value_of_any_kind_is_kept_as_it_was_posted(string value)
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("json");

        (await owner.PostJsonAsync($"/q/{queue}", $$"""{ "value" : {{value}} }""")).Expect(HttpStatusCode.Created);

        JsonElement item = (await owner.GetAsync($"/q/{queue}")).Expect(HttpStatusCode.OK).Json;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(value), item.GetProperty("value")), item.GetRawText());
        Assert.DoesNotContain('\n', item.GetRawText());
    }

    [Fact]
    public async Task A_number_keeps_its_digits()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("digits");
        await owner.PostJsonAsync($"/q/{queue}", """{"value":12345678901234567890.50}""");

        JsonElement item = (await owner.GetAsync($"/q/{queue}")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal("12345678901234567890.50", item.GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_form_s_text_that_looks_like_JSON_stays_a_text()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("text");
        await owner.PutAsync(queue, "42");

        JsonElement item = (await owner.GetAsync($"/q/{queue}")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(JsonValueKind.String, item.GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task Neither_a_form_s_value_nor_a_JSON_value_is_400()
    {
        using QueueUser owner = await nodes.UserAsync();
        string path = $"/q/{nodes.Name("none")}";

        (await owner.PostFormAsync(path, "other", "x")).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.PostJsonAsync(path, """{"other":1}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.PostJsonAsync(path, "[1]")).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.PostJsonAsync(path, """{"\ud800":1,"value":1}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.PostJsonAsync(path, """{"value":""")).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.PostJsonAsync(path, """{"value":"\ud800"}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.SendAsync(HttpMethod.Post, path)).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.SendAsync(HttpMethod.Post, path, new StringContent("value=x"))).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
        (await owner.SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent([new("value", "1"), new("value", "2")])))
            .ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task A_value_has_at_most_as_many_bytes_as_a_text()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("large");
        int most = new ChatLimits().Text;

        await owner.PutAsync(queue, new string('x', most));
        (await owner.PostFormAsync($"/q/{queue}", "value", new string('x', most + 1))).ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await owner.PostJsonAsync($"/q/{queue}", $$"""{"value":["{{new string('x', most)}}"]}"""))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await owner.PostJsonAsync($"/q/{queue}", $$"""{"value":"{{new string('x', 100_000)}}"}"""))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await owner.PostFormAsync($"/q/{queue}", "value", new string('x', 100_000))).ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");

        Assert.Equal(1, await owner.DepthAsync(queue));
    }

    [Fact]
    public async Task The_same_idempotency_key_posts_once()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string path = $"/q/{nodes.Name("once")}";

        JsonElement first = (await owner.PostJsonAsync(path, """{"value":1}""", ("Idempotency-Key", "k-1"))).Expect(HttpStatusCode.Created).Json;
        JsonElement again = (await elsewhere.PostJsonAsync(path, """{"value":1}""", ("Idempotency-Key", "\"k-1\""))).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(first.GetProperty("key").GetInt64(), again.GetProperty("key").GetInt64());
        (await owner.PostJsonAsync(path, """{"value":2}""", ("Idempotency-Key", "k-1"))).ExpectProblem(HttpStatusCode.Conflict, "conflict");
        (await owner.PostJsonAsync(path, """{"value":2}""", ("Idempotency-Key", "no key"))).ExpectProblem(HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task The_caller_s_queues_are_listed_with_their_depth()
    {
        using QueueUser owner = await nodes.UserAsync();
        Assert.Equal("[]", (await owner.GetAsync("/q")).Expect(HttpStatusCode.OK).Body);
        (string one, string two) = (nodes.Name("list-a"), nodes.Name("list-b"));
        await owner.PutAsync(two, "x");
        await owner.PutAsync(one, "x");
        await owner.PutAsync(one, "y");

        JsonElement list = (await owner.GetAsync("/q")).Expect(HttpStatusCode.OK).Json;

        Assert.Equal(
            [(one, 2L), (two, 1L)],
            list.EnumerateArray().Select(queue => (queue.GetProperty("queue").GetString()!, queue.GetProperty("depth").GetInt64())));
    }

    [Fact]
    public async Task What_is_posted_is_a_message_of_the_group_and_the_other_way_round()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("group");
        long key = await owner.PutAsync(queue, "from the queue");
        string messages = $"/api/v1/conversations/group:{queue}/messages";

        JsonElement message = (await owner.GetAsync($"{messages}/{key}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("from the queue", message.GetProperty("text").GetString());
        (await owner.PostJsonAsync(messages, """{"text":"from the group"}""")).Expect(HttpStatusCode.Created);

        Assert.Equal("from the queue", (await owner.TakeAsync(queue))!.Value);
        Assert.Equal("from the group", (await owner.TakeAsync(queue))!.Value);
        (await owner.GetAsync($"{messages}/{key}")).Expect(HttpStatusCode.OK);
    }
}
