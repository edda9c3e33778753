using System.ComponentModel;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

[Description("Who somebody is.")]
internal sealed record ProfileDocument
{
    [Description("The name.")]
    public required string Name { get; init; }

    [Description("Free text; the name unless changed.")]
    public required string DisplayName { get; init; }

    [Description("Free text.")]
    public required string Status { get; init; }

    [Description("A colour or picture reference; free text.")]
    public required string Avatar { get; init; }

    [Description("Whether this is a guest.")]
    public required bool Guest { get; init; }

    [Description("`online`, `away` or `offline`.")]
    public required string State { get; init; }

    [Description("When last online, Unix milliseconds; absent when online now or never seen.")]
    public long? LastSeen { get; init; }
}

[Description("A page of people.")]
internal sealed record PeoplePage
{
    [Description("The people, by name.")]
    public required IReadOnlyList<ProfileDocument> Items { get; init; }

    [Description("What `after` takes for the next page; null on the last one.")]
    public required string? Next { get; init; }
}

[Description("What to change in the own profile; what is absent stays.")]
internal sealed record ProfileUpdate
{
    [Description("Free text, up to 256 bytes.")]
    public string? DisplayName { get; init; }

    [Description("Free text, up to 256 bytes.")]
    public string? Status { get; init; }

    [Description("Free text, up to 256 bytes.")]
    public string? Avatar { get; init; }
}
