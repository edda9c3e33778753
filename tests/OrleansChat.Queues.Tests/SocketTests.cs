using System.Net.WebSockets;
using System.Text.Json;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary><c>/ws/q/&lt;q&gt;</c>, with a stock WebSocket client.</summary>
public sealed class SocketTests(QueuesFixture nodes)
{
    [Fact]
    public async Task A_socket_consumes_one_JSON_object_per_frame_from_any_node()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("socket");
        long waiting = await owner.PutAsync(queue, "waits");
        using ItemSocket socket = await elsewhere.SocketAsync(queue);

        Assert.Equal(new Item(queue, waiting, "waits", 0), await socket.NextAsync());
        long next = (await owner.PostJsonAsync($"/q/{queue}", """{"value":{"n":1}}""")).Json.GetProperty("key").GetInt64();
        JsonElement frame = (await socket.FrameAsync())!.Value;
        Assert.Equal((next, 1), (frame.GetProperty("key").GetInt64(), frame.GetProperty("value").GetProperty("n").GetInt32()));

        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 0);
        await socket.CloseAsync();
        await owner.ConsumersAsync(queue, 0);
    }

    [Fact]
    public async Task Frames_of_JSON_or_plain_text_are_published_in_order()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = await EmptyQueueAsync(owner, "publish");
        (await owner.PostFormAsync($"/control/{queue}", "status", "stop")).ExpectSuccess();
        using ItemSocket socket = await owner.SocketAsync(queue);

        foreach (string frame in new[] { "plain text", """{"value":"a text"}""", """{"value":{"n":1}}""", """{"other":1}""", "{not json", """{"\ud800":1}""" })
        {
            await socket.SayAsync(frame);
        }

        await Eventually.ValueAsync(() => owner.DepthAsync(queue), depth => depth == 6);
        (await owner.PostFormAsync($"/control/{queue}", "status", "start")).ExpectSuccess();
        List<string> values = [];
        while (values.Count < 6)
        {
            values.Add((await socket.NextAsync()).Value);
        }

        Assert.Equal(["plain text", "a text", """{"n":1}""", """{"other":1}""", "{not json", """{"\ud800":1}"""], values);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_published_is_answered_with_an_error_and_the_socket_lives_on()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = await EmptyQueueAsync(owner, "errors");
        using ItemSocket socket = await owner.SocketAsync(queue);

        await socket.SayAsync("binary", WebSocketMessageType.Binary);
        Assert.Equal("bad_request", Error(await socket.FrameAsync()));
        await socket.SayAsync(new string('x', new ChatLimits().Text + 1));
        Assert.Equal("too_large", Error(await socket.FrameAsync()));
        await socket.SayAsync("fits");
        Assert.Equal("fits", (await socket.NextAsync()).Value);
    }

    [Fact]
    public async Task A_frame_beyond_the_limit_ends_the_socket()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = await EmptyQueueAsync(owner, "frame");
        using ItemSocket socket = await owner.SocketAsync(queue);

        await socket.SayAsync(new string('x', new ChatLimits().Frame + 1));

        Assert.Null(await socket.FrameAsync());
        Assert.Equal((3503, "too large"), ((int)socket.CloseStatus!, socket.CloseText));
    }

    [Fact]
    public async Task The_handshake_is_refused_without_a_token_to_strangers_and_for_unknown_queues()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser stranger = await nodes.UserAsync();
        string queue = await EmptyQueueAsync(owner, "handshake");

        Assert.Equal(401, await RefusedAsync(() => owner.SocketAsync(queue, query: string.Empty)));
        Assert.Equal(401, await RefusedAsync(() => owner.SocketAsync(queue, query: "?token=none")));
        Assert.Equal(403, await RefusedAsync(() => stranger.SocketAsync(queue)));
        Assert.Equal(404, await RefusedAsync(() => owner.SocketAsync(nodes.Name("unknown"))));
        using ItemSocket header = await owner.SocketAsync(
            queue, options => options.SetRequestHeader("Authorization", $"Bearer {owner.Token}"), string.Empty);
        await owner.ConsumersAsync(queue, 1);
    }

    private static async Task<int> RefusedAsync(Func<Task<ItemSocket>> open) => (await Assert.ThrowsAsync<HandshakeRefusedException>(open)).Status;

    private static string? Error(JsonElement? frame) => frame!.Value.GetProperty("error").GetProperty("name").GetString();

    private async Task<string> EmptyQueueAsync(QueueUser owner, string name)
    {
        string queue = nodes.Name(name);
        await owner.PutAsync(queue, "first");
        await owner.TakeAsync(queue);
        return queue;
    }
}
