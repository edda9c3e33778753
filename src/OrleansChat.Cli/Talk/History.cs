using System.Text.Json;
using OrleansChat.Cli.Commands;
using OrleansChat.Client;

namespace OrleansChat.Cli.Talk;

/// <summary>Stored messages, each with whether the others have seen it.</summary>
internal static class History
{
    public static async Task<IReadOnlyList<ChatSummary>> SummariesAsync(this IChatCalls chat, CancellationToken cancel)
    {
        JsonElement ok = (await chat.CallAsync("conversations", null, cancel)).Ok();
        return ok.GetProperty("conversations").Deserialize<List<ChatSummary>>(JsonSerializerOptions.Web)!;
    }

    /// <summary>Writes a page and marks it read. An own message is seen when someone else has read it, another's when the caller has.</summary>
    public static async Task WriteAsync(Context context, IChatCalls chat, string conversation, int limit, long? before, CancellationToken cancel)
    {
        HistoryPage page = await chat.HistoryAsync(conversation, before, limit: limit, cancel: cancel);
        JsonElement receipts = (await chat.CallAsync("receipts", writer =>
        {
            writer.WriteString("conversation", conversation);
            writer.WriteNumber("limit", 200);
        }, cancel)).Ok();
        string me = context.Token.Read().Name;
        Dictionary<string, long> read = receipts.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("user").GetString()!, item => item.GetProperty("read").GetInt64());
        long others = read.Where(entry => entry.Key != me).Select(entry => entry.Value).DefaultIfEmpty().Max();
        foreach (ChatMessage message in page.Messages)
        {
            Write(context, message, message.Seq <= (message.From == me ? others : read.GetValueOrDefault(me)));
        }

        if (page.Messages.Count > 0)
        {
            await chat.ReadAsync(conversation, page.Messages[^1].Seq, cancel);
        }
    }

    public static void Write(Context context, ChatMessage message, bool? seen)
    {
        string mark = seen switch { true => " (seen)", false => " (unseen)", null => "" };
        context.Screen.Write(
            $"{message.Seq} {message.From}: {(message.Deleted ? "(deleted)" : message.Text ?? $"({message.Kind})")}{mark}",
            new { ev = "message", message.Conversation, message.Seq, message.From, message.At, message.Kind, message.Text, seen },
            message.From == context.Token.Read().Name ? 36 : 32);
    }
}
