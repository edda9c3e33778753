using Orleans;
using OrleansChat.Conversations;

namespace OrleansChat.Groups;

/// <summary>How people come into a group.</summary>
public enum JoinPolicy
{
    /// <summary>Anybody who is not banned joins by themselves.</summary>
    Open,

    /// <summary>Joining waits until an admin approves.</summary>
    Approval,

    /// <summary>Only admins add people.</summary>
    Invite,
}

/// <summary>What can be set on a group; null leaves it as it is.</summary>
/// <param name="Title">Free text.</param>
/// <param name="Join">How people come in.</param>
/// <param name="Public">Whether it is listed in the directory.</param>
/// <param name="HistoryFromJoin">Whether members read only what came after they joined.</param>
[GenerateSerializer, Immutable, Alias("chat.GroupSettings")]
public sealed record GroupSettings(
    [property: Id(0)] string? Title = null,
    [property: Id(1)] JoinPolicy? Join = null,
    [property: Id(2)] bool? Public = null,
    [property: Id(3)] bool? HistoryFromJoin = null);

/// <summary>A group as the directory shows it.</summary>
/// <param name="Group">The id.</param>
/// <param name="Title">The title.</param>
/// <param name="Join">How people come in.</param>
/// <param name="Public">Whether it is listed.</param>
/// <param name="HistoryFromJoin">Whether members read only what came after they joined.</param>
/// <param name="Members">How many members.</param>
/// <param name="Role">The viewer's role; null when not a member.</param>
[GenerateSerializer, Immutable, Alias("chat.GroupInfo")]
public sealed record GroupInfo(
    [property: Id(0)] string Group,
    [property: Id(1)] string Title,
    [property: Id(2)] JoinPolicy Join,
    [property: Id(3)] bool Public,
    [property: Id(4)] bool HistoryFromJoin,
    [property: Id(5)] int Members,
    [property: Id(6)] MemberRole? Role);

/// <summary>A member of a group.</summary>
/// <param name="User">The name.</param>
/// <param name="Role">The role.</param>
/// <param name="JoinedAt">The number of the entry that made them a member.</param>
/// <param name="MutedUntil">Unix milliseconds; 0 when not muted.</param>
[GenerateSerializer, Immutable, Alias("chat.GroupMember")]
public sealed record GroupMember(
    [property: Id(0)] string User, [property: Id(1)] MemberRole Role, [property: Id(2)] long JoinedAt, [property: Id(3)] long MutedUntil);

/// <summary>What can be done in a group; each becomes a system entry of its log.</summary>
public enum GroupVerb
{
    /// <summary>Changes settings.</summary>
    Update,

    /// <summary>Deletes the group for good; its id is not used again.</summary>
    Delete,

    /// <summary>Joins, or asks to join.</summary>
    Join,

    /// <summary>Leaves.</summary>
    Leave,

    /// <summary>Adds somebody.</summary>
    Invite,

    /// <summary>Lets in somebody who asked.</summary>
    Approve,

    /// <summary>Turns down somebody who asked.</summary>
    Reject,

    /// <summary>Removes a member.</summary>
    Kick,

    /// <summary>Removes somebody and keeps them out.</summary>
    Ban,

    /// <summary>Lifts a ban.</summary>
    Unban,

    /// <summary>Sets a member's role.</summary>
    Role,

    /// <summary>Mutes a member until a time, or unmutes.</summary>
    Mute,
}

/// <summary>A command to a group.</summary>
/// <param name="Actor">Who commands.</param>
/// <param name="Verb">What.</param>
/// <param name="User">On whom, where it applies.</param>
/// <param name="Role">For <see cref="GroupVerb.Role"/>.</param>
/// <param name="Until">For <see cref="GroupVerb.Mute"/>: Unix milliseconds, 0 unmutes.</param>
/// <param name="Settings">For <see cref="GroupVerb.Update"/>.</param>
[GenerateSerializer, Immutable, Alias("chat.GroupCommand")]
public sealed record GroupCommand(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] GroupVerb Verb,
    [property: Id(2)] string? User = null,
    [property: Id(3)] MemberRole Role = MemberRole.Member,
    [property: Id(4)] long Until = 0,
    [property: Id(5)] GroupSettings? Settings = null);
