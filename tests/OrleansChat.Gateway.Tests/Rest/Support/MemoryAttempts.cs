using System.Collections.Concurrent;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Rest.Support;

/// <summary>What several nodes would count together; no minute ever ends.</summary>
internal sealed class MemoryAttempts(int perAddress = int.MaxValue) : ISignInAttempts
{
    private readonly ConcurrentDictionary<string, int> _taken = new();

    /// <summary>Whether storage answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>How many attempts of an address came this far.</summary>
    public int TakenFrom(string address) => _taken.GetValueOrDefault(address);

    public Task<bool> TryTakeAsync(string user) => throw new NotSupportedException();

    public Task<bool> TryTakeFromAsync(string address) =>
        IsAway ? throw new StorageUnavailableException("away") : Task.FromResult(_taken.AddOrUpdate(address, 1, (_, count) => count + 1) <= perAddress);

    public Task<bool> HasLeftAsync(string address) =>
        IsAway ? throw new StorageUnavailableException("away") : Task.FromResult(TakenFrom(address) < perAddress);

    public Task ClearAsync(string user) => throw new NotSupportedException();
}
