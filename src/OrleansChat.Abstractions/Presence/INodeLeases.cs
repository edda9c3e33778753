namespace OrleansChat.Presence;

/// <summary>The lives of the cluster's nodes. A node id is new at each start; a node whose lease ended is swept by another.</summary>
public interface INodeLeases
{
    /// <summary>How long a lease lasts without renewal.</summary>
    static TimeSpan Duration { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Takes a lease for a new node id. False when the id was used before.</summary>
    Task<bool> AcquireAsync(string node);

    /// <summary>Renews the lease. False when it has ended: the node may have been swept and must take a new id.</summary>
    Task<bool> RenewAsync(string node);

    /// <summary>Ends the lease and removes everything that belonged to the node.</summary>
    Task ReleaseAsync(string node);

    /// <summary>Removes what belonged to nodes whose lease has ended. The answer is how many nodes were swept.</summary>
    Task<int> SweepAsync();
}
