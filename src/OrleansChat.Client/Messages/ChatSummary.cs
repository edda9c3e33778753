namespace OrleansChat.Client;

/// <summary>A conversation as its member sees it in a list.</summary>
public sealed record ChatSummary
{
    /// <summary>The conversation's id.</summary>
    public string Conversation { get => field ?? ""; init; }

    /// <summary><c>direct</c> or <c>group</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>A group's title.</summary>
    public string? Title { get; init; }

    /// <summary>The log's epoch; see <see cref="ChatPosition"/>.</summary>
    public string Epoch { get => field ?? ""; init; }

    /// <summary>The last number given; 0 while the conversation is empty.</summary>
    public long Last { get; init; }

    /// <summary>The own read watermark.</summary>
    public long Read { get; init; }

    /// <summary>The own delivery watermark.</summary>
    public long Delivered { get; init; }

    /// <summary>How many content messages the user has not read.</summary>
    public long Unread { get; init; }

    /// <summary>The newest message, if there is one.</summary>
    public ChatMessage? LastMessage { get; init; }

    /// <summary>The other person of a direct conversation.</summary>
    public string? Peer { get; init; }

    /// <summary>How many members a group has.</summary>
    public long? Members { get; init; }

    /// <summary>The own role in a group: <c>owner</c>, <c>admin</c> or <c>member</c>.</summary>
    public string? Role { get; init; }

    /// <summary>The numbers of the pinned messages.</summary>
    public IReadOnlyList<long>? Pinned { get; init; }
}
