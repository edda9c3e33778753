using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests.Support;

/// <summary>Fills queues fast, through the native door.</summary>
internal static class NativeSender
{
    private const int AtOnce = 100;

    public static async Task SendAsync(QueueUser user, string queue, IReadOnlyList<string> texts)
    {
        await using NativeConnection chat = await NativeConnection.ConnectAsync(user.Node.Url, new NativeConnectionOptions { Token = user.Token }).WithinAsync();
        foreach (string[] some in texts.Chunk(AtOnce))
        {
            NativeReply[] replies = await Task.WhenAll(some.Select(text => chat.AskAsync("send", writer =>
            {
                writer.WriteString("conversation", $"group:{queue}");
                writer.WriteString("clientId", Guid.NewGuid().ToString("N"));
                writer.WriteString("text", text);
            }))).WithinAsync(what: "the acknowledgements");
            Assert.All(replies, reply => Assert.Null(reply.Error));
        }
    }
}
