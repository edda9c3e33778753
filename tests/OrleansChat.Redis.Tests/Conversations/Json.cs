using System.Text;
using System.Text.Json;
using OrleansChat.Conversations;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Looks into answers.</summary>
internal static class Json
{
    public static T Ok<T>(Result<T> result)
    {
        Assert.True(result.IsOk, $"refused: {result.Error?.Name}");
        return result.Value;
    }

    public static void AssertRefused<T>(ChatError expected, Result<T> result) => Assert.Equal(expected.Name, result.Error?.Name);

    public static void AssertRefused(ChatError expected, SendReply reply) => Assert.Equal(expected.Name, reply.Error?.Name);

    public static JsonElement Parse(ReadOnlyMemory<byte> message) => JsonDocument.Parse(message).RootElement;

    public static string String(ReadOnlyMemory<byte> message) => Encoding.UTF8.GetString(message.Span);

    public static long Seq(ReadOnlyMemory<byte> message) => Parse(message).GetProperty("seq").GetInt64();

    public static string Text(ReadOnlyMemory<byte> message) =>
        Parse(message).TryGetProperty("text", out JsonElement text) ? text.GetString()! : string.Empty;

    public static IReadOnlyList<long> Seqs(this HistoryPage page) => [.. page.Messages.Select(Seq)];

    public static IReadOnlyList<string> Texts(this HistoryPage page) => [.. page.Messages.Select(Text)];

    public static IReadOnlyList<long> Seqs(this LogRange range)
    {
        Assert.All(range.Entries, entry => Assert.Equal(entry.Seq, Seq(entry.Message)));
        return [.. range.Entries.Select(entry => entry.Seq)];
    }

    /// <summary>The same in everything, the bytes of the message and the pins included.</summary>
    public static void Same(Summary expected, Summary actual)
    {
        Assert.Equal(String(expected.LastMessage), String(actual.LastMessage));
        Assert.Equal(expected.Pinned, actual.Pinned);
        Assert.Equal(expected with { LastMessage = default, Pinned = [] }, actual with { LastMessage = default, Pinned = [] });
    }

    /// <summary>Numbers from one to another, both included.</summary>
    public static IEnumerable<long> Numbers(long from, long to) => Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i);
}
