using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Cli.Tests;

/// <summary>A sign-in that the server itself gave and that is over, over REST and over a WebSocket.</summary>
public sealed class ExpiredTokenTests(ChatFixture chat)
{
    [Theory]
    [InlineData("users")]
    [InlineData("send", "somebody", "hi")]
    [InlineData("tail")]
    public async Task An_expired_sign_in_exits_with_3_and_one_line(params string[] command)
    {
        await using Person ann = await chat.PersonAsync("ann");
        await ann.SignInAsync(await TokenAsync(ann.Name, endsIn: TimeSpan.FromHours(1)), chat.Server.Url);
        Assert.Equal(0, (await ann.RunAsync(["users"])).Code);
        await ann.SignInAsync(await TokenAsync(ann.Name, endsIn: TimeSpan.FromHours(-1)), chat.Server.Url);

        Ran ran = await ann.RunAsync(command);

        Assert.Equal((3, "chat: the sign-in has ended: chat login NAME\n"), (ran.Code, ran.Errors));
    }

    // As TokenService writes them, with the key that all nodes share. Both ends lie an hour away: no clock has to be exact.
    private async Task<string> TokenAsync(string user, TimeSpan endsIn)
    {
        using ConnectionMultiplexer redis = await chat.Redis.ConnectAsync();
        HashEntry key = Assert.Single(await redis.GetDatabase().HashGetAllAsync("tokens:keys"));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string claims = $"{user}||{Guid.NewGuid():N}|{now.AddHours(-2).ToUnixTimeMilliseconds()}|{(now + endsIn).ToUnixTimeMilliseconds()}";
        string signed = $"v1.{key.Name}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData((byte[])key.Value!, Encoding.ASCII.GetBytes(signed)))}";
    }
}
