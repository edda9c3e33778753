using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>The first event of a session.</summary>
public sealed record Hello
{
    /// <summary>Who the session belongs to.</summary>
    public string User { get => field ?? ""; init; }

    /// <summary>The session's id.</summary>
    public string Session { get => field ?? ""; init; }

    /// <summary>The node that holds the session.</summary>
    public string Node { get => field ?? ""; init; }

    /// <summary>The server's limits by name, for example <c>text</c> in UTF-8 bytes.</summary>
    public JsonElement Limits { get; init; }
}

/// <summary>A page of history, oldest message first.</summary>
public sealed record HistoryPage
{
    /// <summary>The log's epoch.</summary>
    public string Epoch { get => field ?? ""; init; }

    /// <summary>Edits, deletions and reactions up to this number are applied to the messages.</summary>
    public long Last { get; init; }

    /// <summary>The messages, without the change entries.</summary>
    public IReadOnlyList<ChatMessage> Messages { get => field ?? []; init; }

    /// <summary>The first number covered.</summary>
    public long From { get; init; }

    /// <summary>The last number covered.</summary>
    public long To { get; init; }

    /// <summary>Whether there is more in the direction asked for.</summary>
    public bool More { get; init; }
}

/// <summary>What <c>sync</c> answers; the missed messages follow as events.</summary>
public sealed record SyncResult
{
    /// <summary>All conversations of the user.</summary>
    public IReadOnlyList<ChatSummary> Conversations { get => field ?? []; init; }

    /// <summary>For each position given: whether what was missed follows. Where false, the client reloads a page.</summary>
    public IReadOnlyDictionary<string, bool> Recovered { get => field ?? new Dictionary<string, bool>(); init; }
}

/// <summary>The number that a change got in its conversation.</summary>
public sealed record ChangePosition(string Conversation, string Epoch, long Seq);

/// <summary>How far a member has come: everything up to <paramref name="Read"/> was read, up to <paramref name="Delivered"/> received.</summary>
public sealed record ChatReceipt(string User, long Read, long Delivered);

/// <summary>Part of a longer list.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record ChatPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A person, or an entry of a contact list.</summary>
public sealed record ChatUser
{
    /// <summary>The unique name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The name to show.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The status line.</summary>
    public string? Status { get; init; }

    /// <summary><c>online</c>, <c>away</c> or <c>offline</c>, where presence is known.</summary>
    public string? State { get; init; }

    /// <summary>When the person was last online, in Unix milliseconds.</summary>
    public long? LastSeen { get; init; }

    /// <summary>Whether this is a guest.</summary>
    public bool Guest { get; init; }

    /// <summary>A colour or picture reference, as the person set it.</summary>
    public string? Avatar { get; init; }
}

/// <summary>A member of a group.</summary>
public sealed record GroupMember
{
    /// <summary>The member's name.</summary>
    public string User { get => field ?? ""; init; }

    /// <summary><c>owner</c>, <c>admin</c> or <c>member</c>.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>The number of the entry that made this a member.</summary>
    public long JoinedAt { get; init; }

    /// <summary>Muted until then, in Unix milliseconds; 0 when not.</summary>
    public long Muted { get; init; }
}

/// <summary>A group in a list.</summary>
public sealed record ChatGroup
{
    /// <summary>The group's id.</summary>
    public string Group { get => field ?? ""; init; }

    /// <summary>Its conversation's id.</summary>
    public string Conversation { get => field ?? ""; init; }

    /// <summary>The title.</summary>
    public string? Title { get; init; }

    /// <summary>Who gets in: <c>open</c>, <c>approval</c> or <c>invite</c>.</summary>
    public string? Join { get; init; }

    /// <summary>Whether strangers find it in the list.</summary>
    public bool Public { get; init; }

    /// <summary>How many members it has.</summary>
    public long Members { get; init; }

    /// <summary>The own role; null for a stranger.</summary>
    public string? Role { get; init; }
}

/// <summary>One of the user's sessions.</summary>
public sealed record SessionInfo
{
    /// <summary>The session's id.</summary>
    public string Session { get => field ?? ""; init; }

    /// <summary>The node that holds it.</summary>
    public string Node { get => field ?? ""; init; }

    /// <summary>What the client said of its device.</summary>
    public string? Device { get; init; }

    /// <summary>Since when, in Unix milliseconds.</summary>
    public long Since { get; init; }

    /// <summary>Whether it is the one that asked.</summary>
    public bool Current { get; init; }
}
