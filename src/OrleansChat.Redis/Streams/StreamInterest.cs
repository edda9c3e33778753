using System.Text;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// The observers of one stream on this node, and what Redis knows of them: nothing while there are none, one note however many there are.
/// Steps in Redis are taken one after the other, each by what is wanted when its turn comes, so that joining and leaving at once end right.
/// </summary>
internal sealed class StreamInterest(StreamName name, StreamInterests all) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile LocalSubscription[] _subscriptions = [];
    private Task _registering = Task.CompletedTask;
    private Round? _registered;
    private string? _notedAs; // the node id that Redis may have; only looked at in turn
    private ITimer? _linger;
    private bool _ended;
    private string _epoch = "";

    public StreamName Name { get; } = name;

    public ReadOnlySpan<LocalSubscription> Subscriptions => _subscriptions;

    /// <summary>False when this has ended; another takes its place.</summary>
    public bool TryAdd(LocalSubscription subscription)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _linger?.Dispose();
            _linger = null;
            _subscriptions = [.. _subscriptions, subscription];
            return true;
        }
    }

    public void Remove(LocalSubscription subscription)
    {
        lock (_gate)
        {
            LocalSubscription[] others = Array.FindAll(_subscriptions, one => one != subscription);
            bool wasLast = others.Length == 0 && _subscriptions.Length > 0;
            _subscriptions = others;
            if (wasLast && !_ended)
            {
                Linger(all.Options.Linger);
            }
        }
    }

    /// <summary>Ends when Redis has noted that this node follows, as the present round wants it.</summary>
    public async Task RegisterAsync()
    {
        while (BeginRegistering() is { } registering)
        {
            await registering.ConfigureAwait(false);
        }
    }

    /// <summary>Notes it again. True when Redis had forgotten it.</summary>
    public async Task<bool> RefreshAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            Round? registered;
            lock (_gate)
            {
                registered = _subscriptions.Length > 0 ? _registered : null;
            }

            return registered is not null
                && registered == all.Round
                && await all.Followers.AddAsync(registered.Node, Name).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes what Redis noted, however many observers there are: the node is stopping.</summary>
    public async Task ReleaseAsync()
    {
        Dispose();
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                _ended = true;
                _subscriptions = [];
            }

            await UnfollowAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The same string for the same epoch: it stands in every announcement and hardly ever changes. For the dispatcher only.</summary>
    public string InternEpoch(ReadOnlySpan<byte> epoch)
    {
        if (!Ascii.Equals(epoch, _epoch))
        {
            _epoch = Encoding.UTF8.GetString(epoch);
        }

        return _epoch;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _linger?.Dispose();
            _linger = null;
        }
    }

    // Null when there is nothing to do. Those who come while one registers wait for the same.
    private Task? BeginRegistering()
    {
        lock (_gate)
        {
            if (_ended || _subscriptions.Length == 0 || _registered == all.Round)
            {
                return null;
            }

            return _registering.IsCompleted ? _registering = RegisterInTurnAsync() : _registering;
        }
    }

    private async Task RegisterInTurnAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                if (_ended)
                {
                    return;
                }
            }

            Round round = all.Round;
            if (_notedAs is not null && _notedAs != round.Node)
            {
                await UnfollowAsync().ConfigureAwait(false);
            }

            _notedAs = round.Node;
            await all.Followers.AddAsync(round.Node, Name).ConfigureAwait(false);
            lock (_gate)
            {
                _registered = round;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Linger(TimeSpan time)
    {
        _linger?.Dispose();
        _linger = all.Time.CreateTimer(static state => _ = ((StreamInterest)state!).LetGoAsync(), this, time, Timeout.InfiniteTimeSpan);
    }

    private async Task LetGoAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                if (_subscriptions.Length > 0 || _ended)
                {
                    return;
                }

                _registered = null;
            }

            await UnfollowAsync().ConfigureAwait(false);
            lock (_gate)
            {
                if (_subscriptions.Length > 0)
                {
                    return;
                }

                _ended = true;
            }

            all.Forget(this);
            Dispose();
        }
        catch (Exception failure) when (failure is StorageUnavailableException or RedisServerException or RedisReplyException)
        {
            StreamLog.UnfollowFailed(all.Logger, Name, failure);
            lock (_gate)
            {
                if (_subscriptions.Length == 0 && !_ended)
                {
                    Linger(all.Options.RetryAtMost);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task UnfollowAsync()
    {
        if (_notedAs is { } node)
        {
            await all.Followers.RemoveAsync(node, Name).ConfigureAwait(false);
            _notedAs = null;
        }
    }
}
