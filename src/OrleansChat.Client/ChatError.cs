namespace OrleansChat.Client;

/// <summary>A refusal or failure, with its stable number.</summary>
/// <param name="Code">The number, for example 4030.</param>
/// <param name="Name">The number's name, for example <c>not_member</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Retry">Whether the same command may succeed later.</param>
public sealed record ChatError(int Code, string Name, string? Message = null, bool Retry = false)
{
    /// <summary>The answer did not come: the command may have happened. Resend with the same client id.</summary>
    public const int Unavailable = 5030;

    /// <summary>The server failed.</summary>
    public const int Internal = 5000;

    /// <summary>Too many commands, or more than 128 unacknowledged sends.</summary>
    public const int RateLimited = 4290;
}
