using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway;

/// <summary>What the host needs to know and do about the gateway as a whole.</summary>
public sealed class GatewayLife
{
    private readonly NodeLife _node;
    private readonly SessionRegistry _sessions;

    internal GatewayLife(NodeLife node, SessionRegistry sessions)
    {
        _node = node;
        _sessions = sessions;
    }

    /// <summary>Completes when this node holds its first lease and may open its doors.</summary>
    public Task Started => _node.Started;

    /// <summary>Whether this node serves: it holds its lease and is not shutting down.</summary>
    public bool IsReady => _node.IsAlive;

    /// <summary>The sessions now open.</summary>
    public int Sessions => _sessions.All.Count;

    /// <summary>Takes no new sessions, finishes what is in flight, sends everybody elsewhere, and ends the lease.</summary>
    /// <param name="cancellation">When to stop waiting for clients.</param>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        await _sessions.DrainAsync(cancellation);
        await _node.ReleaseAsync();
    }
}
