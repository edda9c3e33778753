using Orleans;
using Orleans.Concurrency;

namespace OrleansChat.Users;

/// <summary>A user. The key is the name in stored form.</summary>
[Alias("chat.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>Claims the name with a password (8 to 128 characters).</summary>
    [Alias("Register")]
    Task<Result<SignedIn>> Register(string password, string? displayName);

    /// <summary>Registers the name that a guest holds (password as with <see cref="Register"/>); everything they have stays theirs.</summary>
    [Alias("RegisterGuest")]
    Task<Result<Done>> RegisterGuest(Actor actor, string password);

    /// <summary>Checks the password.</summary>
    [Alias("SignIn")]
    Task<Result<SignedIn>> SignIn(string password);

    /// <summary>Changes the password; tokens issued before stop being valid.</summary>
    [Alias("ChangePassword")]
    Task<Result<Done>> ChangePassword(Actor actor, string oldPassword, string newPassword);

    /// <summary>Gives the name another password on the word of a trusted back end; tokens issued before stop being valid.</summary>
    [Alias("ResetPassword")]
    Task<Result<Done>> ResetPassword(string newPassword);

    /// <summary>The profile with presence; refused when nobody holds the name.</summary>
    [AlwaysInterleave]
    [Alias("GetProfile")]
    Task<Result<Profile>> GetProfile();

    /// <summary>Changes the own profile.</summary>
    [Alias("Update")]
    Task<Result<Profile>> Update(Actor actor, ProfileChange change);

    /// <summary>The own contacts, in ordinal order.</summary>
    [Alias("Contacts")]
    Task<Result<IReadOnlyList<string>>> Contacts(Actor actor);

    /// <summary>People whom the actor has blocked, in ordinal order.</summary>
    [Alias("BlockedUsers")]
    Task<Result<IReadOnlyList<string>>> BlockedUsers(Actor actor);

    /// <summary>Adds or removes a contact. The answer is whether anything changed.</summary>
    [Alias("SetContact")]
    Task<Result<bool>> SetContact(Actor actor, string user, bool on);

    /// <summary>Blocks somebody or lifts the block. Once it returned, no message of theirs gets a number in the direct conversation.</summary>
    [Alias("SetBlocked")]
    Task<Result<bool>> SetBlocked(Actor actor, string user, bool on);

    /// <summary>The direct conversation with somebody who exists; nothing is stored until the first message.</summary>
    [AlwaysInterleave]
    [Alias("OpenDirect")]
    Task<Result<string>> OpenDirect(Actor actor, string peer);
}
