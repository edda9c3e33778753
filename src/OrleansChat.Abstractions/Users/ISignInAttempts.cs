namespace OrleansChat.Users;

/// <summary>Counts attempts to sign in with a password, over all nodes: of an account (<see cref="ChatLimits.SignInAttempts"/>) and of an address.</summary>
public interface ISignInAttempts
{
    /// <summary>Counts an attempt with an account. False when there were too many within a minute of the first.</summary>
    Task<bool> TryTakeAsync(string user);

    /// <summary>Counts an attempt of an address, whatever the account (<see cref="ChatLimits.SignInAttemptsPerAddress"/>). False when there were too many within a minute of the first.</summary>
    /// <param name="address">An address, or the network that counts as one.</param>
    Task<bool> TryTakeFromAsync(string address);

    /// <summary>Whether an address has attempts left. Counts nothing.</summary>
    /// <param name="address">An address, or the network that counts as one.</param>
    Task<bool> HasLeftAsync(string address);

    /// <summary>Forgets the attempts with an account: the last one succeeded.</summary>
    Task ClearAsync(string user);
}
