using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>Frames that no honest client sends: a numbered error or close code, and nobody else notices.</summary>
public sealed class FrameTests(HostileServer server) : IClassFixture<HostileServer>
{
    [Theory]
    [InlineData("{")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"send\"")]
    [InlineData("{\"id\":1}")]
    [InlineData("{\"do\":7}")]
    [InlineData("{\"id\":{},\"do\":\"ping\"}")]
    [InlineData("{\"id\":1,\"do\":\"ping\"}}")]
    [InlineData("\u0000\u0001\u0002")]
    public async Task Line_that_is_no_command_is_a_bad_request_and_the_session_lives(string line)
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());

        await client.SendAsync($"{line}\n\n \n{{\"id\":99,\"do\":\"ping\"}}");

        Assert.Equal(4000, Code(await client.FindAsync(item => item.TryGetProperty("error", out _), "the refusal")));
        Assert.True((await client.ReplyAsync("99")).TryGetProperty("ok", out _));
        server.AssertNoFault();
    }

    [Theory]
    [InlineData("""{"do":"nothing of this name"}""")]
    [InlineData("""{"do":""}""")]
    [InlineData("""{"do":"\ud800"}""")]
    [InlineData("""{"do":"send"}""")]
    [InlineData("""{"do":"send","to":"\ud800","text":"x"}""")]
    [InlineData("""{"do":"send","conversation":"group:x","text":"\udc00"}""")]
    [InlineData("""{"do":"history","conversatio\ud800":1}""")]
    [InlineData("""{"do":"history","conversation":"../../etc"}""")]
    [InlineData("""{"do":"history","conversation":"dm:a b:c}"}""")]
    [InlineData("""{"do":"sync","positions":[]}""")]
    [InlineData("""{"do":"sync","positions":{"group:x":7}}""")]
    [InlineData("""{"do":"sync","positions":{"group:x":{"epoch":7,"seq":"x"}}}""")]
    [InlineData("""{"do":"sync","positions":{"\ud800":{}}}""")]
    [InlineData("""{"do":"auth","token":"x"}""")]
    [InlineData("""{"do":"group.create","group":"ok-id","members":"all"}""")]
    public async Task Command_that_makes_no_sense_is_a_bad_request(string command)
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());

        JsonElement reply = await client.CallAsync(command);

        Assert.Equal(4000, Code(reply));
        await client.OkAsync("""{"do":"ping"}""");
        server.AssertNoFault();
    }

    [Fact]
    public async Task Deeply_nested_command_is_a_bad_request()
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());
        foreach (int depth in new[] { 40, 1000, 30_000 })
        {
            await client.SendAsync($$"""{"do":"send","to":"x","data":{{string.Concat(Enumerable.Repeat("{\"a\":", depth / 5))}}{{new string('[', depth)}}""");
        }

        await Eventually.TrueAsync(() => client.Received.Count(item => item.TryGetProperty("error", out JsonElement error) && error.GetProperty("code").GetInt32() == 4000) == 3);
        await client.OkAsync("""{"do":"ping"}""");
    }

    [Fact]
    public async Task Frame_beyond_the_limit_closes_with_3503_whether_in_one_piece_or_many()
    {
        foreach (bool pieces in new[] { false, true })
        {
            await using HostileClient client = await server.JoinAsync(server.NewName());
            byte[] large = Encoding.UTF8.GetBytes($$"""{"do":"send","to":"x","text":"{{new string('a', 70_000)}}"}""");
            await SendUntilCutAsync(client, large, pieces ? 1000 : large.Length);

            Assert.Equal(3503, await client.ClosedAsync());
            Assert.Equal(3503, Bye(client));
        }

        await server.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Text_beyond_its_limit_is_too_large_and_the_session_lives()
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());
        string other = server.NewName();
        await server.TokenAsync(other);

        Assert.Equal(4001, Code(await client.CallAsync($$"""{"do":"send","to":"{{other}}","text":"{{new string('a', 8193)}}"}""")));
        await client.OkAsync($$"""{"do":"send","to":"{{other}}","text":"{{new string('a', 8192)}}"}""");
    }

    [Fact]
    public async Task Binary_frame_closes_with_3502()
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());

        await client.SendAsync([1, 2, 3], WebSocketMessageType.Binary);

        Assert.Equal(3502, await client.ClosedAsync());
        Assert.Equal(3502, Bye(client));
        await server.AssertUnharmedAsync();
    }

    // RFC 6455, 8.1: the endpoint fails the connection, which is 1007.
    [Fact]
    public async Task Frame_that_is_no_UTF8_closes_with_1007()
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());

        await client.SendAsync([.. "{\"do\":\"send\",\"text\":\""u8, 0xFF, 0xC0, .. "\"}"u8]);

        Assert.Equal(1007, await client.ClosedAsync());
        await server.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Frame_that_never_ends_keeps_nobody_else_waiting()
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());
        await client.SendAsync("{\"do\":"u8.ToArray(), end: false);

        await server.AssertUnharmedAsync();

        await client.SendAsync("\"ping\",\"id\":5}"u8.ToArray());
        Assert.True((await client.ReplyAsync("5")).TryGetProperty("ok", out _));
    }

    [Fact]
    public async Task Frame_of_many_commands_is_answered_one_by_one()
    {
        await using HostileClient client = await server.JoinAsync(server.NewName());
        var frame = new StringBuilder();
        for (int i = 0; i < 500; i++)
        {
            frame.Append(i % 5 == 0 ? "\r\n\n" : string.Empty).Append("{\"id\":").Append(i).Append(i % 2 == 0 ? ",\"do\":\"ping\"}\n" : ",\"do\":5}\n");
        }

        await client.SendAsync(frame.ToString());

        await Eventually.TrueAsync(() => client.Received.Count(item => item.TryGetProperty("re", out _)) == 501);
        Assert.Equal(250, client.Received.Count(item => item.TryGetProperty("error", out JsonElement error) && error.GetProperty("code").GetInt32() == 4000));
    }

    private static int Code(JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetInt32();

    private static int Bye(HostileClient client) =>
        client.Received.Single(item => item.TryGetProperty("ev", out JsonElement ev) && ev.GetString() == "bye").GetProperty("code").GetInt32();

    private static async Task SendUntilCutAsync(HostileClient client, byte[] frame, int piece)
    {
        try
        {
            for (int at = 0; at < frame.Length; at += piece)
            {
                int length = Math.Min(piece, frame.Length - at);
                await client.SendAsync(frame[at..(at + length)], end: at + length == frame.Length);
            }
        }
        catch (WebSocketException)
        {
            // The server need not take all of it.
        }
    }
}
