using System.Text.Json;
using static OrleansChat.Client.SendCommand;

namespace OrleansChat.Client;

/// <summary>The commands about messages and conversations. Each throws <see cref="ChatException"/> when refused.</summary>
public static class ConversationCommands
{
    /// <summary>Asks for the conversations and for what was missed since the positions given; that follows as events.</summary>
    /// <remarks><see cref="ChatClient"/> does this itself.</remarks>
    public static async Task<SyncResult> SyncAsync(
        this IChatCalls chat, IReadOnlyDictionary<string, ChatPosition>? positions = null, int? limit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return (await chat.CallAsync("sync", writer => WriteSync(writer, positions, limit), cancel).ConfigureAwait(false)).Ok(ChatJson.Default.SyncResult);
    }

    /// <summary>Reads a page of at most 200 messages, before or after a number; the newest without either.</summary>
    public static async Task<HistoryPage> HistoryAsync(
        this IChatCalls chat, string conversation, long? before = null, long? after = null, int? limit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var reply = await chat.CallAsync("history", writer =>
        {
            writer.WriteString("conversation"u8, conversation);
            Optional(writer, "before", before);
            Optional(writer, "after", after);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false);
        return reply.Ok(ChatJson.Default.HistoryPage);
    }

    /// <summary>Opens the direct conversation with a person.</summary>
    public static async Task<ChatSummary> OpenAsync(this IChatCalls chat, string to, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return (await chat.CallAsync("open", writer => writer.WriteString("to"u8, to), cancel).ConfigureAwait(false)).Ok(ChatJson.Default.ChatSummary);
    }

    /// <summary>Replaces the text of an own message.</summary>
    public static Task<ChangePosition> EditAsync(this IChatCalls chat, string conversation, long seq, string text, CancellationToken cancel = default)
        => ChangeAsync(chat, "edit", conversation, seq, writer => writer.WriteString("text"u8, text), cancel);

    /// <summary>Deletes a message; its text is gone for everyone.</summary>
    public static Task<ChangePosition> DeleteAsync(this IChatCalls chat, string conversation, long seq, CancellationToken cancel = default)
        => ChangeAsync(chat, "delete", conversation, seq, null, cancel);

    /// <summary>Sets or takes back a reaction.</summary>
    public static Task<ChangePosition> ReactAsync(
        this IChatCalls chat, string conversation, long seq, string emoji, bool on = true, CancellationToken cancel = default)
        => ChangeAsync(chat, "react", conversation, seq, writer =>
        {
            writer.WriteString("emoji"u8, emoji);
            writer.WriteBoolean("on"u8, on);
        }, cancel);

    /// <summary>Pins or unpins a message.</summary>
    public static Task<ChangePosition> PinAsync(this IChatCalls chat, string conversation, long seq, bool on = true, CancellationToken cancel = default)
        => ChangeAsync(chat, "pin", conversation, seq, writer => writer.WriteBoolean("on"u8, on), cancel);

    /// <summary>Raises the own read watermark; implies <see cref="DeliveredAsync"/>.</summary>
    public static Task ReadAsync(this IChatCalls chat, string conversation, long seq, CancellationToken cancel = default)
        => At(chat, "read", conversation, seq, null, cancel);

    /// <summary>Raises the own delivery watermark.</summary>
    public static Task DeliveredAsync(this IChatCalls chat, string conversation, long seq, CancellationToken cancel = default)
        => At(chat, "delivered", conversation, seq, null, cancel);

    /// <summary>The own conversations, the one with the newest message first.</summary>
    public static async Task<IReadOnlyList<ChatSummary>> ConversationsAsync(this IChatCalls chat, int? limit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return (await chat.CallAsync("conversations", writer => Optional(writer, "limit", limit), cancel).ConfigureAwait(false))
            .Page(ChatJson.Default.ChatSummary).Items;
    }

    /// <summary>How far the members have read.</summary>
    public static async Task<ChatPage<ChatReceipt>> ReceiptsAsync(
        this IChatCalls chat, string conversation, string? after = null, int? limit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var reply = await chat.CallAsync("receipts", writer =>
        {
            writer.WriteString("conversation"u8, conversation);
            Optional(writer, "after", after);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false);
        return reply.Page(ChatJson.Default.ChatReceipt);
    }

    /// <summary>Tells the others that the user is writing.</summary>
    public static Task TypingAsync(this IChatCalls chat, string conversation, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return chat.CallAsync("typing", writer => writer.WriteString("conversation"u8, conversation), cancel);
    }

    /// <summary>Searches one conversation, or all of the user's.</summary>
    public static async Task<ChatPage<ChatMessage>> SearchAsync(
        this IChatCalls chat, string text, string? conversation = null, long? before = null, int? limit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var reply = await chat.CallAsync("search", writer =>
        {
            writer.WriteString("text"u8, text);
            Optional(writer, "conversation", conversation);
            Optional(writer, "before", before);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false);
        return reply.Page(ChatJson.Default.ChatMessage);
    }

    internal static void WriteSync(Utf8JsonWriter writer, IReadOnlyDictionary<string, ChatPosition>? positions, int? limit)
    {
        writer.WriteStartObject("positions"u8);
        foreach (var (conversation, position) in positions ?? new Dictionary<string, ChatPosition>())
        {
            writer.WriteStartObject(conversation);
            writer.WriteString("epoch"u8, position.Epoch);
            writer.WriteNumber("seq"u8, position.Seq);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        Optional(writer, "limit", limit);
    }

    private static async Task<ChangePosition> ChangeAsync(
        IChatCalls chat, string command, string conversation, long seq, Action<Utf8JsonWriter>? more, CancellationToken cancel)
        => (await At(chat, command, conversation, seq, more, cancel).ConfigureAwait(false)).Ok(ChatJson.Default.ChangePosition);

    private static Task<NativeReply> At(
        IChatCalls chat, string command, string conversation, long seq, Action<Utf8JsonWriter>? more, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return chat.CallAsync(command, writer =>
        {
            writer.WriteString("conversation"u8, conversation);
            writer.WriteNumber("seq"u8, seq);
            more?.Invoke(writer);
        }, cancel);
    }
}
