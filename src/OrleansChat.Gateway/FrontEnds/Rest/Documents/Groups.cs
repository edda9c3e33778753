using System.ComponentModel;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

[Description("A group to create. The caller becomes its owner.")]
internal sealed record NewGroup
{
    [Description("2 to 64 of a-z, 0-9 and ._-, the first a letter or digit. An id is never used again.")]
    public required string Group { get; init; }

    [Description("Free text, up to 256 bytes.")]
    public string? Title { get; init; }

    [Description("`open`: anybody joins; `approval`: an admin lets them in; `invite`: only admins add people.")]
    public string? Join { get; init; }

    [Description("Whether it is listed.")]
    public bool? Public { get; init; }

    [Description("`all`: members read everything; `joined`: what came after they joined.")]
    public string? History { get; init; }

    [Description("The first members, up to 1000 names.")]
    public IReadOnlyList<string>? Members { get; init; }
}

[Description("What to change in a group; what is absent stays.")]
internal sealed record GroupUpdate
{
    [Description("Free text, up to 256 bytes.")]
    public string? Title { get; init; }

    [Description("`open`, `approval` or `invite`.")]
    public string? Join { get; init; }

    [Description("Whether it is listed.")]
    public bool? Public { get; init; }

    [Description("`all` or `joined`.")]
    public string? History { get; init; }
}

[Description("A group as the caller sees it.")]
internal sealed record GroupDocument
{
    [Description("The group's id.")]
    public required string Group { get; init; }

    [Description("Its conversation's id.")]
    public required string Conversation { get; init; }

    [Description("The title.")]
    public required string Title { get; init; }

    [Description("`open`, `approval` or `invite`.")]
    public required string Join { get; init; }

    [Description("Whether it is listed.")]
    public required bool Public { get; init; }

    [Description("`all` or `joined`.")]
    public required string History { get; init; }

    [Description("How many members.")]
    public required int Members { get; init; }

    [Description("The caller's role; absent when not a member.")]
    public string? Role { get; init; }
}

[Description("A page of groups.")]
internal sealed record GroupPage
{
    [Description("The groups, by id.")]
    public required IReadOnlyList<GroupDocument> Items { get; init; }

    [Description("What `after` takes for the next page; null on the last one.")]
    public required string? Next { get; init; }
}

[Description("A member of a group.")]
internal sealed record MemberDocument
{
    [Description("The name.")]
    public required string User { get; init; }

    [Description("`owner`, `admin` or `member`.")]
    public required string Role { get; init; }

    [Description("The number of the entry that made them a member.")]
    public required long JoinedAt { get; init; }

    [Description("Until when they are muted, Unix milliseconds; 0 when not.")]
    public required long Muted { get; init; }
}

[Description("A page of members.")]
internal sealed record MemberPage
{
    [Description("The members, by name.")]
    public required IReadOnlyList<MemberDocument> Items { get; init; }

    [Description("What `after` takes for the next page; null on the last one.")]
    public required string? Next { get; init; }
}

[Description("A page of names.")]
internal sealed record NamePage
{
    [Description("The names, in order.")]
    public required IReadOnlyList<string> Items { get; init; }

    [Description("What `after` takes for the next page; null on the last one.")]
    public required string? Next { get; init; }
}

[Description("A member's place in a group.")]
internal sealed record Membership
{
    [Description("`owner`, `admin` or `member`; absent: invites and leaves the role of a member as it is.")]
    public string? Role { get; init; }
}

[Description("How long somebody may not write.")]
internal sealed record Mute
{
    [Description("Unix milliseconds; 0 lifts it.")]
    public required long Until { get; init; }
}
