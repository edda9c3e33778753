using Orleans;
using Orleans.Concurrency;
using OrleansChat.Conversations;

namespace OrleansChat.Groups;

/// <summary>A group. The key is the group's id without prefix.</summary>
[Alias("chat.IGroupGrain")]
public interface IGroupGrain : IGrainWithStringKey
{
    /// <summary>Creates the group with the actor as owner.</summary>
    [Alias("Create")]
    Task<Result<Appended>> Create(Actor actor, GroupSettings settings, IReadOnlyList<string> members);

    /// <summary>Carries out a command.</summary>
    [Alias("Apply")]
    Task<Result<Appended>> Apply(GroupCommand command);

    /// <summary>The group as the actor sees it. Private groups are visible to their members only.</summary>
    [AlwaysInterleave]
    [Alias("Get")]
    Task<Result<GroupInfo>> Get(Actor actor);

    /// <summary>A page of members.</summary>
    [AlwaysInterleave]
    [Alias("Members")]
    Task<Result<Page<GroupMember>>> Members(Actor actor, string? after, int limit);

    /// <summary>A page of people who asked to join.</summary>
    [AlwaysInterleave]
    [Alias("Requests")]
    Task<Result<Page<string>>> Requests(Actor actor, string? after, int limit);
}
