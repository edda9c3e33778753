using OrleansChat.Groups;

namespace OrleansChat.Feeds;

/// <summary>Fields that back ends keep with users and groups beside what a profile or group has anyway, and groups as a back end sees them.</summary>
/// <exception cref="StorageUnavailableException">Every member: storage did not answer; the same again does no harm.</exception>
public interface IFieldStore
{
    /// <summary>The most fields of one user or group.</summary>
    static int MaxFields => 64;

    /// <summary>A user's fields.</summary>
    Task<IReadOnlyList<KeyValuePair<string, string>>> UserAsync(Actor user);

    /// <summary>Sets fields of a user; the others stay. <see cref="ChatError.TooLarge"/> when there would be too many.</summary>
    Task<Result<Done>> SetUserAsync(Actor user, IReadOnlyList<KeyValuePair<string, string>> fields);

    /// <summary>A group with its members and fields, whoever asks; null when there is none.</summary>
    Task<GroupFields?> GroupAsync(string group);

    /// <summary>Sets fields of a group if the actor is its owner or an admin: otherwise <see cref="ChatError.Forbidden"/>. Decided in the same step.</summary>
    Task<Result<Done>> SetGroupAsync(string group, Actor actor, IReadOnlyList<KeyValuePair<string, string>> fields);
}

/// <summary>A group as a back end sees it.</summary>
/// <param name="Title">The title.</param>
/// <param name="Join">How people come in.</param>
/// <param name="Members">The members' names in ordinal order.</param>
/// <param name="Fields">Its fields.</param>
public sealed record GroupFields(
    string Title, JoinPolicy Join, IReadOnlyList<string> Members, IReadOnlyList<KeyValuePair<string, string>> Fields);
