using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>Too much at once is refused by number; the session goes on, and nobody else notices.</summary>
public sealed class FloodTests(HostileServer server) : IClassFixture<HostileServer>
{
    [Fact]
    public async Task Commands_beyond_the_rate_are_answered_rate_limited_and_the_others_ok()
    {
        long joining = TimeProvider.System.GetTimestamp();
        await using HostileClient client = await server.JoinAsync(server.NewName());
        for (int frame = 0; frame < 20; frame++)
        {
            var commands = new StringBuilder();
            for (int i = 0; i < 100; i++)
            {
                commands.Append("{\"id\":").Append((100 * frame) + i).Append(",\"do\":\"ping\"}\n");
            }

            await client.SendAsync(commands.ToString());
        }

        await server.AssertUnharmedAsync();
        await Eventually.TrueAsync(() => Replies(client).Count() == 2000);
        double seconds = TimeProvider.System.GetElapsedTime(joining).TotalSeconds;
        int refused = Replies(client).Count(reply => Code(reply) == 4290);

        // 800 at once and 200 each second that the rest took, which is measured.
        Assert.InRange(2000 - refused, 799, 800 + (int)Math.Ceiling(200 * seconds));
        Assert.All(Replies(client), reply => Assert.True(Code(reply) is 0 or 4290));
        await Eventually.ValueAsync(() => client.CallAsync("""{"do":"ping"}"""), reply => reply.TryGetProperty("ok", out _));
    }

    [Fact]
    public async Task More_than_128_unacknowledged_sends_are_answered_rate_limited()
    {
        string peer = server.NewName();
        await using HostileClient other = await server.JoinAsync(peer);
        await using HostileClient client = await server.JoinAsync(server.NewName());
        await client.OkAsync($$"""{"do":"send","to":"{{peer}}","text":"first"}""");
        var frame = new StringBuilder();
        for (int i = 0; i < 200; i++)
        {
            frame.Append($"{{\"id\":{i},\"do\":\"send\",\"to\":\"{peer}\",\"clientId\":\"{i}\",\"text\":\"{i}\"}}\n");
        }

        server.Redis.Server.Pause();
        await client.SendAsync(frame.ToString());
        await Eventually.TrueAsync(() => Replies(client).Count() >= 72);
        server.Redis.Server.Resume();
        await Eventually.TrueAsync(() => Replies(client).Count() == 200);

        Assert.Equal(Enumerable.Range(128, 72), Replies(client).Where(reply => Code(reply) == 4290).Select(reply => reply.GetProperty("re").GetInt32()).Order());
        Assert.All(Replies(client).Where(reply => Code(reply) != 4290), reply => Assert.True(Code(reply) is 0 or 5030));

        // What was not acknowledged is sent again and is there once.
        foreach (int i in Enumerable.Range(0, 200))
        {
            await Eventually.ValueAsync(
                () => client.CallAsync($$"""{"do":"send","to":"{{peer}}","clientId":"{{i}}","text":"{{i}}","after":1}"""), reply => reply.TryGetProperty("ok", out _));
        }

        await other.FindAsync(item => Seq(item) == 201, "the last message");
        Assert.Equal(Enumerable.Range(1, 201).Select(n => (long)n), other.Received.Select(Seq).Where(seq => seq > 0));
    }

    [Fact]
    public async Task More_sessions_than_allowed_are_closed_with_3504()
    {
        string token = await server.TokenAsync(server.NewName());
        var clients = new List<HostileClient>();
        for (int i = 0; i < 32; i++)
        {
            clients.Add((await HostileClient.OpenAsync(server.Url, token)).Read());
            await clients[^1].OkAsync("""{"do":"ping"}""");
        }

        await using HostileClient beyond = await HostileClient.OpenAsync(server.Url, token);

        Assert.Equal(3504, await beyond.ClosedAsync());
        await clients[0].OkAsync("""{"do":"ping"}""");
        foreach (HostileClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private static IEnumerable<JsonElement> Replies(HostileClient client) =>
        client.Received.Where(item => item.TryGetProperty("re", out JsonElement re) && re.ValueKind == JsonValueKind.Number);

    private static int Code(JsonElement reply) => reply.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetInt32() : 0;

    private static long Seq(JsonElement item) => item.TryGetProperty("message", out JsonElement message) ? message.GetProperty("seq").GetInt64() : 0;
}
