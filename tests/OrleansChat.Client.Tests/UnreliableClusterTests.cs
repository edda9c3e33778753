namespace OrleansChat.Client.Tests;

public sealed class UnreliableClusterTests : ClientTest
{
    private const int Messages = 300;
    private static readonly string[] Conversations = ["group:a", "group:b", "group:c"];

    // One send at a time per conversation: then a failure cannot change the order, and it can be asserted.
    private protected override ChatClientOptions Options => base.Options with { MaxInFlightPerConversation = 1, OutboxCapacity = 10_000, FirstBackoff = TimeSpan.FromMilliseconds(1) };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Everything_sent_is_stored_once_and_delivered_once_in_order(int seed)
    {
        var cluster = new UnreliableCluster(seed, failures: 0.05);
        _ = cluster.ServeAsync(First);
        _ = cluster.ServeAsync(Second);
        await Client.ConnectAsync().Soon();
        var received = ReceiveAsync();

        var acks = await Task.WhenAll(
            from n in Enumerable.Range(0, Messages)
            from conversation in Conversations
            select Client.SendAsync(conversation, $"m{n}")).Soon();

        // An event lost at the very end shows only when something follows: here, the next sync.
        cluster.Break();
        var expected = Enumerable.Range(0, Messages).Select(n => $"m{n}").ToArray();
        var delivered = await received.Soon();
        Assert.All(Conversations, conversation => Assert.Equal(expected, cluster.Log(conversation)));
        Assert.All(Conversations, conversation => Assert.Equal(expected, delivered[conversation]));
        Assert.Equal(Messages * Conversations.Length, acks.DistinctBy(ack => (ack.Conversation, ack.Seq)).Count());
        Assert.Equal(["break after", "break before", "double", "fail after", "fail before", "lose"], cluster.Faults.Keys.Order());
    }

    private async Task<Dictionary<string, List<string>>> ReceiveAsync()
    {
        var delivered = Conversations.ToDictionary(conversation => conversation, _ => new List<string>());
        while (delivered.Values.Any(texts => texts.Count < Messages))
        {
            var message = await Client.NextAsync<MessageEvent>();
            delivered[message.Conversation].Add(message.Message.Text!);
        }

        return delivered;
    }
}
