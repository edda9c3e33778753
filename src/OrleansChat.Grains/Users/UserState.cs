using Orleans;

namespace OrleansChat.Grains.Users;

/// <summary>What a user has set. Names and passwords are not here: claiming a name is a step of its own.</summary>
[GenerateSerializer, Alias("chat.UserState")]
internal sealed record UserState
{
    /// <summary>The guest whose state this is; another incarnation begins with an empty one.</summary>
    [Id(0)]
    public string Incarnation { get; init; } = string.Empty;

    [Id(1)]
    public string DisplayName { get; init; } = string.Empty;

    [Id(2)]
    public string Status { get; init; } = string.Empty;

    [Id(3)]
    public string Avatar { get; init; } = string.Empty;

    [Id(4)]
    public IReadOnlyList<string> Contacts { get; init; } = [];

    [Id(5)]
    public IReadOnlyList<string> Blocked { get; init; } = [];
}
