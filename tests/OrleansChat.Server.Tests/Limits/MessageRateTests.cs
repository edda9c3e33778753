using System.Net;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Limits;

/// <summary>Messages a second, counted over two nodes. How much time passes meanwhile is measured, not assumed.</summary>
public sealed class MessageRateTests
{
    private const int Sends = 160;

    [Fact]
    public async Task A_user_sends_no_faster_over_two_nodes_than_over_one()
    {
        const int PerSecond = 3;
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using LocalNode north = await LocalNode.StartAsync(redis, $"--limit-user-messages {PerSecond}");
        await using LocalNode south = await LocalNode.StartAsync(redis, $"--limit-user-messages {PerSecond}");
        RestPerson alice = await RestPerson.GuestAsync(north, "alice");
        RestPerson bob = await RestPerson.GuestAsync(south, "bob");

        await AssertBoundedAsync(PerSecond, i => alice.SendAsync(i % 2 == 0 ? north : south, "dm:alice:bob", $"{i}"));

        Assert.Equal(HttpStatusCode.Created, await bob.SendAsync(north, "dm:alice:bob", "somebody else"));
    }

    [Fact]
    public async Task A_group_is_sent_no_more_over_two_nodes_than_over_one()
    {
        const int PerSecond = 3;
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using LocalNode north = await LocalNode.StartAsync(redis, $"--limit-group-messages {PerSecond}");
        await using LocalNode south = await LocalNode.StartAsync(redis, $"--limit-group-messages {PerSecond}");
        RestPerson alice = await RestPerson.GuestAsync(north, "alice");
        RestPerson bob = await RestPerson.GuestAsync(south, "bob");
        Assert.Equal(HttpStatusCode.Created, await alice.PostAsync(north, "groups", new { group = "busy", title = "Busy", members = new[] { "bob" } }));

        await AssertBoundedAsync(PerSecond, i => i % 2 == 0 ? alice.SendAsync(north, "group:busy", $"{i}") : bob.SendAsync(south, "group:busy", $"{i}"));

        Assert.Equal(HttpStatusCode.Created, await bob.SendAsync(north, "dm:alice:bob", "elsewhere"));
    }

    private static async Task AssertBoundedAsync(int perSecond, Func<int, Task<HttpStatusCode>> send)
    {
        long began = TimeProvider.System.GetTimestamp();
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, Sends).Select(send));
        double seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        int sent = answers.Count(answer => answer == HttpStatusCode.Created);
        Assert.Equal(Sends - sent, answers.Count(answer => answer == HttpStatusCode.TooManyRequests));
        Assert.InRange(sent, 4 * perSecond, (int)Math.Ceiling((4 + seconds) * perSecond));
    }
}
