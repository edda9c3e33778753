using System.ComponentModel;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

[Description("A conversation as the caller sees it.")]
internal sealed record SummaryDocument
{
    [Description("The conversation's id.")]
    public required string Conversation { get; init; }

    [Description("`direct` or `group`.")]
    public required string Kind { get; init; }

    [Description("The group's title, or the other person's name.")]
    public required string Title { get; init; }

    [Description("The life of the log; empty while there is no message.")]
    public required string Epoch { get; init; }

    [Description("The last number.")]
    public required long Last { get; init; }

    [Description("Up to this number read.")]
    public required long Read { get; init; }

    [Description("Up to this number delivered.")]
    public required long Delivered { get; init; }

    [Description("Messages not read yet.")]
    public required long Unread { get; init; }

    [Description("The newest message; absent while there is none.")]
    public MessageDocument? LastMessage { get; init; }

    [Description("The other person; of a direct conversation.")]
    public string? Peer { get; init; }

    [Description("How many members; of a group.")]
    public int? Members { get; init; }

    [Description("`owner`, `admin` or `member`.")]
    public required string Role { get; init; }

    [Description("Until when the caller is muted, Unix milliseconds; 0 when not.")]
    public required long Muted { get; init; }

    [Description("Numbers of pinned messages.")]
    public required IReadOnlyList<long> Pinned { get; init; }
}

[Description("Conversations, the newest first.")]
internal sealed record ConversationList
{
    [Description("The conversations.")]
    public required IReadOnlyList<SummaryDocument> Conversations { get; init; }
}

[Description("How far a member has come.")]
internal sealed record ReceiptDocument
{
    [Description("The member.")]
    public required string User { get; init; }

    [Description("Up to this number read.")]
    public required long Read { get; init; }

    [Description("Up to this number delivered.")]
    public required long Delivered { get; init; }
}

[Description("A page of receipts.")]
internal sealed record ReceiptPage
{
    [Description("The receipts, by name.")]
    public required IReadOnlyList<ReceiptDocument> Items { get; init; }

    [Description("What `after` takes for the next page; null on the last one.")]
    public required string? Next { get; init; }
}

[Description("Somebody's messages that the caller has not seen.")]
internal sealed record UnseenDocument
{
    [Description("Who wrote them.")]
    public required string From { get; init; }

    [Description("The conversation's id.")]
    public required string Conversation { get; init; }

    [Description("How many.")]
    public required long Unseen { get; init; }
}

[Description("Unseen direct messages by sender, who wrote last first.")]
internal sealed record UnseenList
{
    [Description("The senders.")]
    public required IReadOnlyList<UnseenDocument> Items { get; init; }
}
