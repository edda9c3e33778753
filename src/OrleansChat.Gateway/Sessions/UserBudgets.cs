using System.Collections.Concurrent;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>Bounds how fast users send messages, over all nodes (<see cref="ChatLimits.UserMessagesPerSecond"/>). Remembers only who sent lately.</summary>
internal sealed class UserBudgets(ISendBudget storage, GatewayOptions options, TimeProvider time)
{
    private const int FirstSweep = 1024;

    private readonly ConcurrentDictionary<string, UserBudget> _budgets = new(StringComparer.Ordinal);
    private int _sweepAt = FirstSweep;

    /// <summary>Whether there is a bound at all.</summary>
    public bool AreOn { get; } = options.Limits.UserMessagesPerSecond > 0;

    /// <summary>How many users are remembered.</summary>
    public int Count => _budgets.Count;

    /// <summary>Takes the token for one message. False when the user has to wait.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public async ValueTask<bool> TryTakeAsync(string user) => await TakeAsync(user, 1) == 1;

    /// <summary>Takes tokens for messages that came together. Says how many there were, at most so many as asked for.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public ValueTask<int> TakeAsync(string user, int count)
    {
        if (!_budgets.TryGetValue(user, out UserBudget? budget))
        {
            Sweep();
            budget = _budgets.GetOrAdd(user, static (name, state) => new UserBudget(name, state.storage, state.time), (storage, time));
        }

        return budget.TakeAsync(count);
    }

    // Whoever still holds one that was taken out goes on with it; what it gives was taken from the common bucket.
    private void Sweep()
    {
        if (_budgets.Count < Volatile.Read(ref _sweepAt))
        {
            return;
        }

        foreach ((string user, UserBudget budget) in _budgets)
        {
            if (budget.IsIdle)
            {
                _budgets.TryRemove(user, out _);
            }
        }

        Volatile.Write(ref _sweepAt, Math.Max(FirstSweep, _budgets.Count * 2));
    }
}
