using OrleansChat.Conversations;

namespace OrleansChat.Groups;

/// <summary>Membership, roles and settings of groups. Each member is one atomic step that also appends the system entry.</summary>
public interface IGroupStore
{
    /// <summary>Creates a group whose entry 1 says so, with its first members inside.</summary>
    Task<Result<Appended>> CreateAsync(string group, Actor owner, GroupSettings settings, IReadOnlyList<NewMember> members);

    /// <summary>Carries out a command if the actor may. <paramref name="incarnation"/> is that of the person who comes in.</summary>
    Task<Result<Appended>> ApplyAsync(string group, GroupCommand command, string incarnation);

    /// <summary>The group, with the viewer's role.</summary>
    Task<Result<GroupInfo>> GetAsync(string group, Actor viewer);

    /// <summary>Members by name, for members.</summary>
    Task<Result<Page<GroupMember>>> MembersAsync(string group, Actor viewer, string? after, int limit);

    /// <summary>People who asked to join, by name, for admins.</summary>
    Task<Result<Page<string>>> RequestsAsync(string group, Actor viewer, string? after, int limit);

    /// <summary>Ids of the public groups that begin with a prefix.</summary>
    Task<Page<string>> ListPublicAsync(string prefix, string? after, int limit);

    /// <summary>Enters a group into the directory of public ones or takes it out.</summary>
    Task SetPublicAsync(string group, bool listed);
}
