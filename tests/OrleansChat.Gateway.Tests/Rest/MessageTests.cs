using System.Net;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class MessageTests
{
    private const string Path = "conversations/dm:alice:bob/messages";

    [Theory]
    [InlineData("""{"text":"hi"}""", null, """{"conversation":"dm:alice:bob","text":"hi"}""")]
    [InlineData("""{"text":"hi","clientId":"c"}""", null, """{"conversation":"dm:alice:bob","text":"hi","clientId":"c"}""")]
    [InlineData("""{"text":"hi","clientId":null}""", "k", """{"conversation":"dm:alice:bob","text":"hi","clientId":"k"}""")]
    [InlineData("""{"text":"hi"}""", "\"k-1\"", """{"conversation":"dm:alice:bob","text":"hi","clientId":"k-1"}""")]
    [InlineData("""{"text":"hi","clientId":"k"}""", "k", """{"conversation":"dm:alice:bob","text":"hi","clientId":"k"}""")]
    [InlineData(
        """{"text":"hi","replyTo":3,"after":2,"attachments":[{"a":1}],"data":{"b":[2]},"to":"eve","echo":false}""",
        null,
        """{"conversation":"dm:alice:bob","text":"hi","replyTo":3,"attachments":[{"a":1}],"data":{"b":[2]},"after":2}""")]
    public async Task Message_is_sent_with_the_client_id_of_body_or_header(string body, string? key, string arguments)
    {
        await using RestHost host = await RestHost.StartAsync();
        host.Answer = _ => Answers.Ok("""{"conversation":"dm:alice:bob","epoch":"e","seq":7,"at":1}""");

        using HttpResponseMessage response = await host.SendAsync("POST", Path, body, request => AddKey(request, key));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/api/v1/conversations/dm:alice:bob/messages/7", response.Headers.Location?.ToString());
        Executed sent = Assert.Single(host.Commands);
        Assert.Equal("send", sent.Command);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonElement.Parse(arguments), sent.Arguments), sent.Arguments.ToString());
    }

    [Fact]
    public async Task Repeat_is_answered_200()
    {
        await using RestHost host = await RestHost.StartAsync();
        host.Answer = _ => Answers.Ok("""{"conversation":"dm:alice:bob","epoch":"e","seq":7,"at":1,"duplicate":true}""");

        using HttpResponseMessage response = await host.SendAsync("POST", Path, """{"text":"hi","clientId":"c"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True((await response.JsonAsync()).GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task Client_ids_that_differ_are_refused()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(
            "POST", Path, """{"text":"hi","clientId":"c"}""", request => AddKey(request, "k"));

        Assert.Equal(4000, await response.ProblemAsync());
        Assert.Empty(host.Commands);
    }

    [Theory]
    [InlineData("""{"messages":[{"seq":7,"text":"hi"}]}""", HttpStatusCode.OK)]
    [InlineData("""{"messages":[{"seq":6,"text":"before"}]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"messages":[]}""", HttpStatusCode.NotFound)]
    public async Task Single_message_is_read_from_history(string page, HttpStatusCode status)
    {
        await using RestHost host = await RestHost.StartAsync();
        host.Answer = _ => Answers.Ok(page);

        using HttpResponseMessage response = await host.SendAsync("GET", Path + "/7");

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(8, Assert.Single(host.Commands).Arguments.GetProperty("before").GetInt64());
        if (status == HttpStatusCode.OK)
        {
            Assert.Equal("""{"seq":7,"text":"hi"}""", await response.Content.ReadAsStringAsync());
        }
    }

    private static void AddKey(HttpRequestMessage request, string? key)
    {
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
    }
}
