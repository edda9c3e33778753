using System.Text.Json;
using static OrleansChat.Client.SendCommand;

namespace OrleansChat.Client;

/// <summary>The commands about groups; <c>group</c> is the id without the <c>group:</c> of its conversation. Each throws <see cref="ChatException"/> when refused.</summary>
public static class GroupCommands
{
    /// <summary>Makes a group, with the caller as its owner.</summary>
    /// <param name="chat">The connection or client.</param>
    /// <param name="group">The id.</param>
    /// <param name="title">The title.</param>
    /// <param name="join">Who gets in: <c>open</c>, <c>approval</c> or <c>invite</c>.</param>
    /// <param name="isPublic">Whether strangers find it in the list.</param>
    /// <param name="members">The first members beside the owner.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public static async Task<ChatSummary> CreateGroupAsync(
        this IChatCalls chat, string group, string? title = null, string? join = null, bool? isPublic = null,
        IEnumerable<string>? members = null, CancellationToken cancel = default)
    {
        var reply = await Group(chat, "group.create", group, writer =>
        {
            Optional(writer, "title", title);
            Optional(writer, "join", join);
            if (isPublic is { } found)
            {
                writer.WriteBoolean("public"u8, found);
            }

            if (members is not null)
            {
                writer.WriteStartArray("members"u8);
                foreach (var member in members)
                {
                    writer.WriteStringValue(member);
                }

                writer.WriteEndArray();
            }
        }, cancel).ConfigureAwait(false);
        return reply.Ok(ChatJson.Default.ChatSummary);
    }

    /// <summary>Changes the title, the join policy or the visibility.</summary>
    public static Task<ChangePosition> UpdateGroupAsync(
        this IChatCalls chat, string group, string? title = null, string? join = null, bool? isPublic = null, CancellationToken cancel = default)
        => ChangeAsync(chat, "group.update", group, writer =>
        {
            Optional(writer, "title", title);
            Optional(writer, "join", join);
            if (isPublic is { } found)
            {
                writer.WriteBoolean("public"u8, found);
            }
        }, cancel);

    /// <summary>Ends a group.</summary>
    public static Task<JsonElement> DeleteGroupAsync(this IChatCalls chat, string group, CancellationToken cancel = default)
        => AnyAsync(chat, "group.delete", group, null, cancel);

    /// <summary>Joins; where the group asks for approval the answer has no position.</summary>
    public static Task<JsonElement> JoinGroupAsync(this IChatCalls chat, string group, CancellationToken cancel = default)
        => AnyAsync(chat, "group.join", group, null, cancel);

    /// <summary>Leaves.</summary>
    public static Task<JsonElement> LeaveGroupAsync(this IChatCalls chat, string group, CancellationToken cancel = default)
        => AnyAsync(chat, "group.leave", group, null, cancel);

    /// <summary>Invites a person.</summary>
    public static Task<JsonElement> InviteAsync(this IChatCalls chat, string group, string user, CancellationToken cancel = default)
        => AnyAsync(chat, "group.invite", group, writer => writer.WriteString("user"u8, user), cancel);

    /// <summary>Lets in, or turns away, a person who asked to join.</summary>
    public static Task<JsonElement> AnswerRequestAsync(this IChatCalls chat, string group, string user, bool approve, CancellationToken cancel = default)
        => AnyAsync(chat, approve ? "group.approve" : "group.reject", group, writer => writer.WriteString("user"u8, user), cancel);

    /// <summary>Removes a member.</summary>
    public static Task<ChangePosition> KickAsync(this IChatCalls chat, string group, string user, CancellationToken cancel = default)
        => ChangeAsync(chat, "group.kick", group, writer => writer.WriteString("user"u8, user), cancel);

    /// <summary>Removes a person for good, or lifts that.</summary>
    public static Task<JsonElement> BanAsync(this IChatCalls chat, string group, string user, bool on = true, CancellationToken cancel = default)
        => AnyAsync(chat, on ? "group.ban" : "group.unban", group, writer => writer.WriteString("user"u8, user), cancel);

    /// <summary>Gives a member a role: <c>owner</c>, <c>admin</c> or <c>member</c>.</summary>
    public static Task<ChangePosition> SetRoleAsync(this IChatCalls chat, string group, string user, string role, CancellationToken cancel = default)
        => ChangeAsync(chat, "group.role", group, writer =>
        {
            writer.WriteString("user"u8, user);
            writer.WriteString("role"u8, role);
        }, cancel);

    /// <summary>Mutes a member until a time in Unix milliseconds; 0 unmutes.</summary>
    public static Task<ChangePosition> MuteAsync(this IChatCalls chat, string group, string user, long until, CancellationToken cancel = default)
        => ChangeAsync(chat, "group.mute", group, writer =>
        {
            writer.WriteString("user"u8, user);
            writer.WriteNumber("until"u8, until);
        }, cancel);

    /// <summary>Lists the members.</summary>
    public static async Task<ChatPage<GroupMember>> MembersAsync(
        this IChatCalls chat, string group, string? after = null, int? limit = null, CancellationToken cancel = default)
        => (await Group(chat, "group.members", group, writer =>
        {
            Optional(writer, "after", after);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false)).Page(ChatJson.Default.GroupMember);

    /// <summary>A group's settings, with the own role.</summary>
    public static async Task<ChatGroup> GroupAsync(this IChatCalls chat, string group, CancellationToken cancel = default)
        => (await Group(chat, "group.get", group, null, cancel).ConfigureAwait(false)).Ok(ChatJson.Default.ChatGroup);

    /// <summary>Lists the names of those who asked to join.</summary>
    public static async Task<ChatPage<string>> RequestsAsync(
        this IChatCalls chat, string group, string? after = null, int? limit = null, CancellationToken cancel = default)
        => (await Group(chat, "group.requests", group, writer =>
        {
            Optional(writer, "after", after);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false)).Page(ChatJson.Default.String);

    /// <summary>Lists the public groups whose id starts with a prefix.</summary>
    public static async Task<ChatPage<ChatGroup>> GroupsAsync(
        this IChatCalls chat, string? prefix = null, string? after = null, int? limit = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var reply = await chat.CallAsync("group.list", writer =>
        {
            Optional(writer, "prefix", prefix);
            Optional(writer, "after", after);
            Optional(writer, "limit", limit);
        }, cancel).ConfigureAwait(false);
        return reply.Page(ChatJson.Default.ChatGroup);
    }

    private static async Task<ChangePosition> ChangeAsync(
        IChatCalls chat, string command, string group, Action<Utf8JsonWriter>? more, CancellationToken cancel)
        => (await Group(chat, command, group, more, cancel).ConfigureAwait(false)).Ok(ChatJson.Default.ChangePosition);

    private static async Task<JsonElement> AnyAsync(
        IChatCalls chat, string command, string group, Action<Utf8JsonWriter>? more, CancellationToken cancel)
        => (await Group(chat, command, group, more, cancel).ConfigureAwait(false)).Ok();

    private static Task<NativeReply> Group(
        IChatCalls chat, string command, string group, Action<Utf8JsonWriter>? more, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(chat);
        return chat.CallAsync(command, writer =>
        {
            writer.WriteString("group"u8, group);
            more?.Invoke(writer);
        }, cancel);
    }
}
