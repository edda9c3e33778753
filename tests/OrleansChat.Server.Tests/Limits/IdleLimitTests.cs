using System.Net.WebSockets;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Limits;

public sealed class IdleLimitTests
{
    [Fact]
    public async Task A_client_that_gives_no_command_for_too_long_is_closed_and_need_not_come_back()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using LocalNode node = await LocalNode.StartAsync(redis, "--limit-idle 1");
        await using NativeClient alice = await NativeClient.ConnectAsync(node.Url, "alice");

        JsonElement bye = await alice.EventAsync("bye");
        await alice.ClosedAsync();

        Assert.Equal((3505, false), (bye.GetProperty("code").GetInt32(), bye.GetProperty("reconnect").GetBoolean()));
        Assert.Equal((WebSocketCloseStatus)3505, alice.CloseStatus);
    }
}
