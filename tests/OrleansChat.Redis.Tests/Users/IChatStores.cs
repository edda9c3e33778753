using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Redis.Tests.Users;

/// <summary>The ports over one storage that was empty at first. What a test closes it with goes away with it.</summary>
public interface IChatStores : IAsyncDisposable
{
    IUserDirectory Directory { get; }

    ITokenStore Tokens { get; }

    IPresence Presence { get; }

    INodeLeases Leases { get; }

    IMessageLog Log { get; }

    IGroupStore Groups { get; }

    /// <summary>The same storage as another node sees it, over connections of its own.</summary>
    IChatStores Peer();
}

/// <summary>Times that a test wants to be short. What is not set is as in the contract and does not pass during a test.</summary>
public sealed record StoreTimes
{
    public TimeSpan GuestHold { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan GuestReclaim { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan StaleListing { get; init; } = TimeSpan.FromDays(1);

    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    public int ConversationsPerUser { get; init; } = 10_000;
}

/// <summary>A suite that every implementation of a port has to pass.</summary>
public abstract class StoreSpecification
{
    protected static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(40);

    /// <summary>Empties the storage and opens it.</summary>
    protected abstract Task<IChatStores> OpenAsync(StoreTimes? times = null);
}
