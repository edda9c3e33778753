namespace OrleansChat.Users;

/// <summary>Counts attempts to sign in to an account with a password, over all nodes (<see cref="ChatLimits.SignInAttempts"/>).</summary>
public interface ISignInAttempts
{
    /// <summary>Counts an attempt. False when there were too many within a minute of the first.</summary>
    Task<bool> TryTakeAsync(string user);

    /// <summary>Forgets the attempts: the last one succeeded.</summary>
    Task ClearAsync(string user);
}
