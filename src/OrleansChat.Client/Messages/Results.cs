using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansChat.Client;

/// <summary>The first event of a session.</summary>
public sealed record Hello
{
    /// <summary>Who the session belongs to.</summary>
    public string User { get; init; } = "";

    /// <summary>The session's id.</summary>
    public string Session { get; init; } = "";

    /// <summary>The node that holds the session.</summary>
    public string Node { get; init; } = "";

    /// <summary>The server's limits by name, for example <c>text</c> in UTF-8 bytes.</summary>
    public JsonElement Limits { get; init; }
}

/// <summary>A page of history, oldest message first.</summary>
public sealed record HistoryPage
{
    /// <summary>The log's epoch.</summary>
    public string Epoch { get; init; } = "";

    /// <summary>Edits, deletions and reactions up to this number are applied to the messages.</summary>
    public long Last { get; init; }

    /// <summary>The messages, without the change entries.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

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
    public IReadOnlyList<ChatSummary> Conversations { get; init; } = [];

    /// <summary>For each position given: whether what was missed follows. Where false, the client reloads a page.</summary>
    public IReadOnlyDictionary<string, bool> Recovered { get; init; } = new Dictionary<string, bool>();
}

/// <summary>The number that a change got in its conversation.</summary>
public sealed record ChangePosition(string Conversation, string Epoch, long Seq);

/// <summary>Part of a longer list.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record ChatPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A person, a group member or an entry of a contact list.</summary>
public sealed record ChatUser
{
    /// <summary>The unique name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name to show.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The status line.</summary>
    public string? Status { get; init; }

    /// <summary><c>online</c>, <c>away</c> or <c>offline</c>, where presence is known.</summary>
    public string? State { get; init; }

    /// <summary>When the person was last online, in Unix milliseconds.</summary>
    public long? LastSeen { get; init; }

    /// <summary>The role, in a list of group members.</summary>
    public string? Role { get; init; }

    /// <summary>Whatever else the server says.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
