namespace OrleansChat.Users;

/// <summary>
/// How many messages a user may still send: a token bucket that all nodes share. A node takes what it needs and a little ahead, so that most
/// sends ask nobody. See <see cref="ChatLimits.UserMessagesPerSecond"/>.
/// </summary>
public interface ISendBudget
{
    /// <summary>Takes tokens. Storage that does not answer throws <see cref="StorageUnavailableException"/>.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="needed">How many sends wait for one.</param>
    Task<BudgetShare> TakeAsync(string user, int needed);
}

/// <summary>What was taken.</summary>
/// <param name="Tokens">How many; 0 when the bucket is empty.</param>
/// <param name="Wait">Until there is one again; zero when there were some.</param>
public readonly record struct BudgetShare(int Tokens, TimeSpan Wait);
