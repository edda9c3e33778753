using System.Net;
using System.Text;
using System.Text.Json;
using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests;

/// <summary>What a client sends at once.</summary>
public sealed class TogetherTests(NodeProcess node, SharedServer shared)
{
    [Fact]
    public async Task Sends_that_came_together_are_answered_each_by_itself_and_stay_in_order()
    {
        (string ann, string ben) = (SharedServer.Name("ann"), SharedServer.Name("ben"));
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben);
        using RawClient alice = await RawClient.EnterAsync(shared.Url, ann);

        await alice.SendAsync(
            Private(1, ben, "one"),
            Private(2, ben, "two"),
            "423[\"private-message\",{\"to\":\"" + ben + "\",\"message\":7}]",
            Private(4, ben, "three"),
            "425[\"chat-message\",{\"message\":\"to all of us\"}]",
            "426[\"no-such-event\"]",
            Private(7, "nobody-of-this-name", "x"),
            Private(8, ben, "four"),
            "3",
            "42[\"private-message\",\n{\"to\":\"" + ben + "\",\"message\":\"line\\nbreak\"}]");

        long[] numbers = [await SeqAsync(alice, 1), await SeqAsync(alice, 2), await SeqAsync(alice, 4), await SeqAsync(alice, 8)];
        Assert.Equal([1, 2, 3, 4], numbers);
        Assert.Equal("message must be a text.", (await alice.AnswerAsync(3)).GetProperty("error").GetProperty("message").GetString());
        Assert.True((await alice.AnswerAsync(5)).GetProperty("seq").GetInt64() > 0);
        Assert.Equal("bad_request", (await alice.AnswerAsync(6)).GetProperty("error").GetProperty("name").GetString());
        Assert.Equal("no_such_user", (await alice.AnswerAsync(7)).GetProperty("error").GetProperty("name").GetString());
        foreach (string text in (string[])["one", "two", "three", "four", "line\nbreak"])
        {
            JsonElement heard = await bob.EventAsync("private-message");
            Assert.Equal((ann, ben, text), (heard.GetProperty("from").GetString(), heard.GetProperty("to").GetString(), heard.GetProperty("message").GetString()));
            Assert.Equal(5, heard.EnumerateObject().Count());
        }
    }

    /// <summary>More than one client may have running: what was gathered must not wait for a place that it holds itself.</summary>
    [Fact]
    public async Task A_long_row_of_sends_keeps_its_order()
    {
        string ben = SharedServer.Name("ben");
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben);
        using RawClient alice = await RawClient.EnterAsync(shared.Url, SharedServer.Name("ann"));

        await alice.SendAsync([.. Enumerable.Range(1, 150).Select(i => Private(i, ben, $"m{i}"))]);

        for (int i = 1; i <= 150; i++)
        {
            Assert.Equal(i, await SeqAsync(alice, i));
            Assert.Equal($"m{i}", (await bob.EventAsync("private-message")).GetProperty("message").GetString());
        }
    }

    /// <summary>Leaving the namespace, closing the session, closing the WebSocket.</summary>
    [Theory]
    [InlineData(0x81, "41")]
    [InlineData(0x81, "1")]
    [InlineData(0x88, "")]
    public async Task What_was_sent_together_with_the_goodbye_is_sent(int first, string goodbye)
    {
        string ben = SharedServer.Name("ben");
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben);
        using RawClient alice = await RawClient.EnterAsync(shared.Url, SharedServer.Name("ann"));

        await alice.SendFramesAsync(
            RawClient.Frame(0x81, Encoding.UTF8.GetBytes(Private(1, ben, "one"))),
            RawClient.Frame(0x81, Encoding.UTF8.GetBytes(Private(2, ben, "two"))),
            RawClient.Frame(first, Encoding.UTF8.GetBytes(goodbye)));

        Assert.Equal("one", (await bob.EventAsync("private-message")).GetProperty("message").GetString());
        Assert.Equal("two", (await bob.EventAsync("private-message")).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Packets_of_one_request_are_taken_together_too()
    {
        (string ann, string ben) = (SharedServer.Name("ann"), SharedServer.Name("ben"));
        await using StockClient bob = await StockClient.EnterAsync(node, shared.Url, ben);
        using HttpClient http = new() { BaseAddress = shared.Url };
        string open = await http.GetStringAsync("/socket.io/?EIO=4&transport=polling");
        string path = $"/socket.io/?EIO=4&transport=polling&sid={JsonElement.Parse(open[1..]).GetProperty("sid").GetString()}";
        await PostAsync(http, path, "40");
        await PostAsync(http, path, $"420[\"set-nickname\",\"{ann}\"]");
        await PollUntilAsync(http, path, "430[true]");

        await PostAsync(http, path, string.Join('\u001e', Private(1, ben, "one"), "42[\"typing\"]", Private(2, ben, "two"), Private(3, ben, "three")));

        foreach (string text in (string[])["one", "two", "three"])
        {
            Assert.Equal(text, (await bob.EventAsync("private-message")).GetProperty("message").GetString());
        }

        await PollUntilAsync(http, path, "431[", "432[", "433[");
    }

    [Fact]
    public async Task Pings_of_the_WebSocket_are_answered_and_its_close_is_returned()
    {
        using RawClient alice = await RawClient.EnterAsync(shared.Url, SharedServer.Name("ann"));

        await alice.SendFramesAsync(RawClient.Frame(0x89, "there?"u8.ToArray()));
        Assert.Equal("8a:there?", await alice.UntilAsync("8a:"));
        await alice.SendFramesAsync(RawClient.Frame(0x88, [3, 232]));

        Assert.StartsWith("88:", await alice.UntilAsync("88:"), StringComparison.Ordinal);
    }

    private static string Private(int id, string to, string text) => $"42{id}[\"private-message\",{{\"to\":\"{to}\",\"clientId\":\"c{id}\",\"message\":\"{text}\"}}]";

    private static async Task<long> SeqAsync(RawClient client, int id) => (await client.AnswerAsync(id)).GetProperty("ok").GetProperty("seq").GetInt64();

    private static async Task PostAsync(HttpClient http, string path, string body)
    {
        using HttpResponseMessage answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task PollUntilAsync(HttpClient http, string path, params string[] wanted)
    {
        string heard = string.Empty;
        while (!wanted.All(one => heard.Contains(one, StringComparison.Ordinal)))
        {
            string body = await http.GetStringAsync(path).WithinAsync(what: $"{string.Join(' ', wanted)} after {heard}");
            if (body == "2")
            {
                await PostAsync(http, path, "3");
            }

            heard += body;
        }
    }
}
