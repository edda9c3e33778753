using System.Text.Json;
using static OrleansChat.Client.SendCommand;

namespace OrleansChat.Client;

/// <summary>The commands about people, contacts and the own sessions. Each throws <see cref="ChatException"/> when refused.</summary>
public static class PeopleCommands
{
    /// <summary>Lists the people whose name starts with a prefix.</summary>
    public static Task<ChatPage<ChatUser>> UsersAsync(
        this IChatCalls chat, string? prefix = null, string? after = null, int? limit = null, CancellationToken cancel = default)
        => PageAsync(chat, "users", prefix, after, limit, cancel);

    /// <summary>Lists who is online.</summary>
    public static Task<ChatPage<ChatUser>> WhoAsync(
        this IChatCalls chat, string? after = null, int? limit = null, CancellationToken cancel = default)
        => PageAsync(chat, "who", null, after, limit, cancel);

    /// <summary>A person's profile, with presence.</summary>
    public static async Task<ChatUser> UserAsync(this IChatCalls chat, string name, CancellationToken cancel = default)
        => (await Call(chat, "user", writer => writer.WriteString("name"u8, name), cancel).ConfigureAwait(false)).Ok(ChatJson.Default.ChatUser);

    /// <summary>The own profile, after changing what is given.</summary>
    public static async Task<ChatUser> MeAsync(
        this IChatCalls chat, string? displayName = null, string? status = null, string? avatar = null, CancellationToken cancel = default)
        => (await Call(chat, "me", writer =>
        {
            Optional(writer, "displayName", displayName);
            Optional(writer, "status", status);
            Optional(writer, "avatar", avatar);
        }, cancel).ConfigureAwait(false)).Ok(ChatJson.Default.ChatUser);

    /// <summary>The own contacts.</summary>
    public static async Task<IReadOnlyList<ChatUser>> ContactsAsync(this IChatCalls chat, CancellationToken cancel = default)
        => (await Call(chat, "contacts", null, cancel).ConfigureAwait(false)).Page(ChatJson.Default.ChatUser).Items;

    /// <summary>Adds a contact, or removes one.</summary>
    public static Task SetContactAsync(this IChatCalls chat, string user, bool on = true, CancellationToken cancel = default)
        => Call(chat, on ? "contact.add" : "contact.remove", writer => writer.WriteString("user"u8, user), cancel);

    /// <summary>Blocks a person, or lifts that.</summary>
    public static Task BlockAsync(this IChatCalls chat, string user, bool on = true, CancellationToken cancel = default)
        => Call(chat, on ? "block" : "unblock", writer => writer.WriteString("user"u8, user), cancel);

    /// <summary>The own sessions, on all devices.</summary>
    public static async Task<IReadOnlyList<SessionInfo>> SessionsAsync(this IChatCalls chat, CancellationToken cancel = default)
        => (await Call(chat, "sessions", null, cancel).ConfigureAwait(false)).Page(ChatJson.Default.SessionInfo).Items;

    /// <summary>Ends one of the own sessions; all of them where none is named.</summary>
    public static Task EndSessionAsync(this IChatCalls chat, string? session = null, CancellationToken cancel = default)
        => Call(chat, "session.end", writer =>
        {
            if (session is null)
            {
                writer.WriteBoolean("all"u8, true);
            }

            Optional(writer, "session", session);
        }, cancel);

    /// <summary>Asks for a sign of life.</summary>
    public static Task PingAsync(this IChatCalls chat, CancellationToken cancel = default) => Call(chat, "ping", null, cancel);

    private static async Task<ChatPage<ChatUser>> PageAsync(
        IChatCalls chat, string command, string? prefix, string? after, int? limit, CancellationToken cancel)
        => (await Call(chat, command, writer =>
        {
            Optional(writer, "prefix", prefix);
            Optional(writer, "after", after);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false)).Page(ChatJson.Default.ChatUser);

    private static Task<NativeReply> Call(
        IChatCalls chat, string command, Action<Utf8JsonWriter>? parameters, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return chat.CallAsync(command, parameters, cancel);
    }
}
