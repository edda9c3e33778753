namespace OrleansChat.Redis.Users;

/// <summary>How long things of users last. The defaults are the contract; tests shorten them.</summary>
internal sealed class UserTimes
{
    /// <summary>How long a name that a guest claimed waits for its first connection.</summary>
    public TimeSpan GuestHold { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a guest without connections may come back as the same one, unless somebody takes the name.</summary>
    public TimeSpan GuestReclaim { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How old an entry in a list of conversations is before readers may drop it where membership did not follow.</summary>
    public TimeSpan StaleListing { get; set; } = TimeSpan.FromDays(1);

    internal long GuestHoldMilliseconds => (long)GuestHold.TotalMilliseconds;

    internal long GuestReclaimMilliseconds => (long)GuestReclaim.TotalMilliseconds;

    internal long StaleListingMilliseconds => (long)StaleListing.TotalMilliseconds;
}
