using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Limits;

/// <summary>A node that keeps the last few messages only.</summary>
public sealed class HistoryLimitTests
{
    [Fact]
    public async Task Who_stands_before_the_first_kept_message_is_told_so_and_others_go_on()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using LocalNode node = await LocalNode.StartAsync(redis, "--limit-history 20");
        await using NativeClient alice = await NativeClient.ConnectAsync(node.Url, "alice");
        await alice.CallAsync("""{"do":"group.create","group":"short","title":"Short"}""");
        JsonElement sent = default;
        for (int i = 0; i < 300; i++)
        {
            sent = await alice.CallAsync($$"""{"do":"send","conversation":"group:short","clientId":"c{{i}}","text":"number {{i}}"}""");
        }

        Assert.Equal(301, sent.GetProperty("seq").GetInt64());
        JsonElement oldest = await Eventually.ValueAsync(
            async () => (await alice.CallAsync("""{"do":"history","conversation":"group:short","after":0,"limit":1}""")).GetProperty("messages")[0],
            message => message.GetProperty("seq").GetInt64() > 200,
            what: "old messages gone");
        long first = oldest.GetProperty("seq").GetInt64();
        Assert.Equal($"number {first - 2}", oldest.GetProperty("text").GetString());

        string epoch = sent.GetProperty("epoch").GetString()!;
        Assert.False(await RecoversAsync(alice, epoch, first - 2));
        Assert.True(await RecoversAsync(alice, epoch, first - 1));
        Assert.True(await RecoversAsync(alice, epoch, 301));
        Assert.Equal(302, (await alice.CallAsync("""{"do":"send","conversation":"group:short","clientId":"next","text":"next"}""")).GetProperty("seq").GetInt64());
    }

    private static async Task<bool> RecoversAsync(NativeClient client, string epoch, long seq)
    {
        string position = $$"""{"epoch":"{{epoch}}","seq":{{seq}}}""";
        JsonElement reply = await client.CallAsync($$"""{"do":"sync","positions":{"group:short":{{position}} } }""");
        return reply.GetProperty("recovered").GetProperty("group:short").GetBoolean();
    }
}
