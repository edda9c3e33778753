using Orleans;

namespace OrleansChat.Users;

/// <summary>The claim of a name.</summary>
/// <param name="User">The name.</param>
/// <param name="Guest">Whether this is a guest.</param>
/// <param name="Incarnation">The guest's incarnation; empty for a registered user.</param>
/// <param name="PasswordHash">The password's hash; empty when nobody can sign in by password.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
public sealed record Account(string User, bool Guest, string Incarnation, string PasswordHash, long CreatedAt);

/// <summary>Who somebody is, as everybody may see it.</summary>
/// <param name="Name">The name.</param>
/// <param name="DisplayName">Free text; the name unless changed.</param>
/// <param name="Status">Free text.</param>
/// <param name="Avatar">A colour or picture reference; free text, never interpreted by the server.</param>
/// <param name="Guest">Whether this is a guest.</param>
/// <param name="State"><c>online</c>, <c>away</c> or <c>offline</c>.</param>
/// <param name="LastSeen">Unix milliseconds when last online; 0 when never or now online.</param>
[GenerateSerializer, Immutable, Alias("chat.Profile")]
public sealed record Profile(
    [property: Id(0)] string Name,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string Status,
    [property: Id(3)] string Avatar,
    [property: Id(4)] bool Guest,
    [property: Id(5)] string State,
    [property: Id(6)] long LastSeen);

/// <summary>What to change in one's profile; null leaves it as it is.</summary>
/// <param name="DisplayName">Free text.</param>
/// <param name="Status">Free text.</param>
/// <param name="Avatar">Free text.</param>
[GenerateSerializer, Immutable, Alias("chat.ProfileChange")]
public sealed record ProfileChange(
    [property: Id(0)] string? DisplayName = null, [property: Id(1)] string? Status = null, [property: Id(2)] string? Avatar = null)
{
    /// <summary>Whether nothing is changed.</summary>
    public bool IsEmpty => DisplayName is null && Status is null && Avatar is null;
}

/// <summary>The identity that a sign-in proves.</summary>
/// <param name="User">The name.</param>
/// <param name="Incarnation">Empty for a registered user.</param>
[GenerateSerializer, Immutable, Alias("chat.SignedIn")]
public sealed record SignedIn([property: Id(0)] string User, [property: Id(1)] string Incarnation);
