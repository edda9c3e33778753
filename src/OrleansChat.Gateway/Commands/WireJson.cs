using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Commands;

/// <summary>The objects of the wire contract as JSON members. The caller has begun the object where it is not said otherwise.</summary>
internal static class WireJson
{
    public static void Summary(Utf8JsonWriter writer, Summary summary, string user)
    {
        bool direct = summary.Conversation.StartsWith("dm:", StringComparison.Ordinal);
        writer.WriteString("conversation", summary.Conversation);
        writer.WriteString("kind", direct ? "direct" : "group");
        string? peer = direct && ConversationId.TryParse(summary.Conversation, out ConversationId id) ? id.PeerOf(user) : null;
        writer.WriteString("title", peer ?? summary.Title);
        writer.WriteString("epoch", summary.Epoch);
        writer.WriteNumber("last", summary.Last);
        writer.WriteNumber("read", summary.Read);
        writer.WriteNumber("delivered", summary.Delivered);
        writer.WriteNumber("unread", summary.Unread);
        if (summary.LastMessage.Length > 0)
        {
            writer.WritePropertyName("lastMessage");
            writer.WriteRawValue(summary.LastMessage.Span, skipInputValidation: true);
        }

        if (peer is not null)
        {
            writer.WriteString("peer", peer);
        }
        else
        {
            writer.WriteNumber("members", summary.Members);
        }

        writer.WriteString("role", Role(summary.Role));
        writer.WriteNumber("muted", summary.MutedUntil);
        writer.WriteStartArray("pinned");
        foreach (long seq in summary.Pinned)
        {
            writer.WriteNumberValue(seq);
        }

        writer.WriteEndArray();
    }

    /// <summary>A whole object.</summary>
    public static void SummaryObject(Utf8JsonWriter writer, Summary summary, string user)
    {
        writer.WriteStartObject();
        Summary(writer, summary, user);
        writer.WriteEndObject();
    }

    public static void Position(Utf8JsonWriter writer, Position position)
    {
        writer.WriteString("conversation", position.Conversation);
        writer.WriteString("epoch", position.Epoch);
        writer.WriteNumber("seq", position.Seq);
    }

    public static void History(Utf8JsonWriter writer, HistoryPage page)
    {
        writer.WriteString("epoch", page.Epoch);
        writer.WriteNumber("last", page.Last);
        writer.WriteStartArray("messages");
        foreach (ReadOnlyMemory<byte> message in page.Messages)
        {
            writer.WriteRawValue(message.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteNumber("from", page.From);
        writer.WriteNumber("to", page.To);
        writer.WriteBoolean("more", page.More);
    }

    public static void Profile(Utf8JsonWriter writer, Profile profile)
    {
        writer.WriteString("name", profile.Name);
        writer.WriteString("displayName", profile.DisplayName);
        writer.WriteString("status", profile.Status);
        writer.WriteString("avatar", profile.Avatar);
        writer.WriteBoolean("guest", profile.Guest);
        writer.WriteString("state", profile.State);
        if (profile.LastSeen > 0)
        {
            writer.WriteNumber("lastSeen", profile.LastSeen);
        }
    }

    /// <summary>A whole object.</summary>
    public static void ProfileObject(Utf8JsonWriter writer, Profile profile)
    {
        writer.WriteStartObject();
        Profile(writer, profile);
        writer.WriteEndObject();
    }

    public static void Group(Utf8JsonWriter writer, GroupInfo group)
    {
        writer.WriteString("group", group.Group);
        writer.WriteString("conversation", ConversationId.Group(group.Group).Value);
        writer.WriteString("title", group.Title);
        writer.WriteString("join", Join(group.Join));
        writer.WriteBoolean("public", group.Public);
        writer.WriteString("history", group.HistoryFromJoin ? "joined" : "all");
        writer.WriteNumber("members", group.Members);
        if (group.Role is { } role)
        {
            writer.WriteString("role", Role(role));
        }
    }

    /// <summary>A whole object.</summary>
    public static void GroupObject(Utf8JsonWriter writer, GroupInfo group)
    {
        writer.WriteStartObject();
        Group(writer, group);
        writer.WriteEndObject();
    }

    /// <summary>A whole object.</summary>
    public static void MemberObject(Utf8JsonWriter writer, GroupMember member)
    {
        writer.WriteStartObject();
        writer.WriteString("user", member.User);
        writer.WriteString("role", Role(member.Role));
        writer.WriteNumber("joinedAt", member.JoinedAt);
        writer.WriteNumber("muted", member.MutedUntil);
        writer.WriteEndObject();
    }

    /// <summary>A whole object.</summary>
    public static void WatermarkObject(Utf8JsonWriter writer, Watermark watermark)
    {
        writer.WriteStartObject();
        writer.WriteString("user", watermark.User);
        writer.WriteNumber("read", watermark.Read);
        writer.WriteNumber("delivered", watermark.Delivered);
        writer.WriteEndObject();
    }

    /// <summary>A whole object.</summary>
    public static void SessionObject(Utf8JsonWriter writer, SessionInfo session, string? own)
    {
        writer.WriteStartObject();
        writer.WriteString("session", session.Session);
        writer.WriteString("node", session.Node);
        writer.WriteString("device", session.Device);
        writer.WriteNumber("since", session.Since);
        writer.WriteBoolean("current", session.Session == own);
        writer.WriteEndObject();
    }

    public static string Role(MemberRole role) => role switch
    {
        MemberRole.Owner => "owner",
        MemberRole.Admin => "admin",
        _ => "member",
    };

    public static string Join(JoinPolicy join) => join switch
    {
        JoinPolicy.Open => "open",
        JoinPolicy.Approval => "approval",
        _ => "invite",
    };
}
