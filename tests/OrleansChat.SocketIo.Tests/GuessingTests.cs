using System.Text.Json;
using OrleansChat.SocketIo.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests;

/// <summary>Passwords are not to be guessed through this door either.</summary>
public sealed class GuessingTests(NodeProcess node)
{
    [Fact]
    public async Task An_address_that_tries_many_accounts_is_rate_limited()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--limit-sign-ins", "1");
        await using StockClient client = await StockClient.ConnectAsync(node, server.Url);
        List<string?> errors = [];

        for (int i = 0; i < 15; i++)
        {
            JsonElement answer = (await client.CallAsync("sign-in", new { name = $"victim{i}", password = "a guess" }))[0];
            errors.Add(answer.GetProperty("error").GetProperty("name").GetString());
        }

        Assert.Equal("unauthenticated", errors[0]);
        Assert.Contains("rate_limited", errors);
        Assert.All(errors, error => Assert.Contains(error, (string[])["unauthenticated", "rate_limited"]));
    }
}
