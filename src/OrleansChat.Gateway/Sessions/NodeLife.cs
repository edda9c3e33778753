using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Sessions;

/// <summary>
/// Keeps this node's lease. A node that could not renew it in time by its own monotonic clock, or hears that it is gone, may have been
/// swept: it ends its sessions, takes a new id and begins anew. Also sweeps dead nodes and looks for revoked tokens, since announcements may be lost.
/// </summary>
internal sealed partial class NodeLife(
    INodeLeases leases, NodeIdentity node, ITokenStore tokens, SessionRegistry sessions, TimeProvider time, ILogger<NodeLife> logger)
    : BackgroundService
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _renewedAt;
    private long _sweptAt;
    private long _revocationMark;
    private volatile bool _alive;

    /// <summary>Whether this node holds its lease and serves.</summary>
    public bool IsAlive => _alive && !sessions.IsDraining;

    /// <summary>Completes when the first lease is held.</summary>
    public Task Started => _started.Task;

    /// <summary>Ends the lease, after the sessions have ended.</summary>
    public async Task ReleaseAsync()
    {
        _alive = false;
        try
        {
            await leases.ReleaseAsync(node.Current);
        }
        catch (StorageUnavailableException unavailable)
        {
            LogReleaseFailed(unavailable, node.Current);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await BeginAsync(stoppingToken);
        using var timer = new PeriodicTimer(RenewEvery, time);
        while (await NextAsync(timer, stoppingToken))
        {
            await RenewAsync(stoppingToken);
            if (_alive)
            {
                await TryAsync(CheckRevocationsAsync);
            }

            if (_alive && time.GetElapsedTime(_sweptAt) >= SweepEvery)
            {
                _sweptAt = time.GetTimestamp();
                await TryAsync(SweepAsync);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task BeginAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            long before = time.GetTimestamp();
            bool acquired = false;
            if (await TryAsync(async () => acquired = await leases.AcquireAsync(node.Current)))
            {
                if (acquired)
                {
                    _renewedAt = before;
                    _alive = true;
                    _started.TrySetResult();
                    return;
                }

                node.Renew();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, CancellationToken.None);
        }
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        // The time before asking counts: the lease may have been renewed that early.
        long before = time.GetTimestamp();
        bool held = true;
        if (await TryAsync(async () => held = await leases.RenewAsync(node.Current)) && held)
        {
            if (time.GetElapsedTime(_renewedAt, before) < INodeLeases.Duration)
            {
                _renewedAt = before;
                return;
            }

            held = false;
        }

        if (!held || time.GetElapsedTime(_renewedAt) >= INodeLeases.Duration)
        {
            LogLeaseLost(node.Current);
            _alive = false;
            sessions.CloseAll(CloseReason.Stale);
            node.Renew();
            await BeginAsync(stopping);
        }
    }

    private async Task SweepAsync()
    {
        if (await leases.SweepAsync() is var swept && swept > 0)
        {
            LogSwept(swept);
        }
    }

    private async Task CheckRevocationsAsync()
    {
        (IReadOnlyList<Revocation> revocations, long mark) = await tokens.RevokedSinceAsync(_revocationMark);
        _revocationMark = mark;
        foreach (Revocation revocation in revocations)
        {
            sessions.Apply(revocation);
        }
    }

    private async Task<bool> TryAsync(Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (StorageUnavailableException unavailable)
        {
            LogStepFailed(unavailable);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of node {Node} is lost: all sessions end and come back")]
    private partial void LogLeaseLost(string node);

    [LoggerMessage(Level = LogLevel.Information, Message = "Swept {Count} dead nodes")]
    private partial void LogSwept(int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Storage did not answer a step of the node's upkeep")]
    private partial void LogStepFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of node {Node} could not be ended; it runs out by itself")]
    private partial void LogReleaseFailed(Exception failure, string node);
}
