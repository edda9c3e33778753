using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Rights;

using OrleansChat.Client;

/// <summary>Who ends the own sessions ends them on every node.</summary>
public sealed class SignedOutElsewhereTests
{
    [Fact]
    public async Task Ending_all_sessions_leaves_only_the_one_that_asked()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        string first = await ChatCluster.RegisterAsync("alice", cluster.North);
        using HttpClient http = new() { BaseAddress = cluster.South.Url };
        string second = (await new ChatRest(http).LogInAsync("alice", "a long password").WithinAsync()).Token;
        Session asking = await cluster.OpenAsync("alice", cluster.North, first);
        Session other = await cluster.OpenAsync("alice", cluster.South, second);

        await asking.Chat.EndSessionAsync().WithinAsync();

        Assert.Equal(3500, (await other.Chat.Closed.WithinAsync(what: "the end of the other session")).Code);
        Assert.Single(await asking.Chat.SessionsAsync().WithinAsync());
        await Assert.ThrowsAsync<ChatClosedException>(() => cluster.OpenAsync("alice", cluster.South, second));
    }
}
