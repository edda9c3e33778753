using System.Numerics;
using Microsoft.Extensions.Logging;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// Keeps this node subscribed to its channel for as long as it runs. After each break, and under a new node id: subscribe, hear oneself,
/// note everything anew, and only then tell the observers to catch up - so that nothing falls between.
/// </summary>
internal sealed class NodeSubscription : IAsyncDisposable
{
    private const int MissedAtMost = 3;

    private readonly RedisConnection _redis;
    private readonly RedisOptions _redisOptions;
    private readonly StreamInterests _interests;
    private readonly Dispatcher _dispatcher;
    private readonly NodeIdentity _identity;
    private readonly RedisStreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _renewed = NewSignal();
    private Task _running = Task.CompletedTask;
    private long _beats;

    public NodeSubscription(RedisConnection redis, RedisOptions redisOptions, StreamInterests interests, Dispatcher dispatcher, NodeIdentity identity)
    {
        _redis = redis;
        _redisOptions = redisOptions;
        _interests = interests;
        _dispatcher = dispatcher;
        _identity = identity;
        _options = interests.Options;
        _time = interests.Time;
        _logger = interests.Logger;
    }

    /// <summary>Begins, and ends when the node has heard itself for the first time.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _identity.Changed += OnRenewed;
        _running = RunAsync(_stopping.Token);
        return _first.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _identity.Changed -= OnRenewed;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnRenewed(object? sender, EventArgs e) => Volatile.Read(ref _renewed).TrySetResult();

    private async Task RunAsync(CancellationToken stopping)
    {
        int failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // In this order: an id that changes from here on ends the watch below.
                Volatile.Write(ref _renewed, NewSignal());
                string node = _identity.Current;
                NodeChannel channel = await OpenAsync(node, stopping).ConfigureAwait(false);
                BusLinks links = new(channel.ClusterServer, _redisOptions, _time);
                await using (channel.ConfigureAwait(false))
                await using (links.ConfigureAwait(false))
                {
                    // Before everybody catches up, so that what is lost from then on shows.
                    await links.ChangedAsync(stopping).ConfigureAwait(false);
                    await _interests.RegisterAllAsync(node, stopping).ConfigureAwait(false);
                    failures = 0;
                    if (_interests.Count > 0)
                    {
                        _dispatcher.InterruptAll();
                    }

                    _first.TrySetResult();
                    StreamLog.Connected(_logger, node, _interests.Count);
                    StreamLog.Broken(_logger, await WatchAsync(channel, links, node, stopping).ConfigureAwait(false));
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was: without this loop the node would be deaf for good.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                // The first, second, fourth ...: neither silence nor a flood while Redis is away.
                if (BitOperations.IsPow2(++failures))
                {
                    StreamLog.CannotConnect(_logger, failures, failure);
                }

                await Task.WhenAny(Volatile.Read(ref _renewed).Task, Task.Delay(Backoff(failures), _time, stopping)).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Backoff(int failures)
    {
        TimeSpan delay = _options.RetryAfter * Math.Pow(2, Math.Min(failures - 1, 16));
        return delay < _options.RetryAtMost ? delay : _options.RetryAtMost;
    }

    private async Task<NodeChannel> OpenAsync(string node, CancellationToken stopping)
    {
        // As long as Redis does not answer there is nothing to connect to.
        await BeatAsync(node).WaitAsync(stopping).ConfigureAwait(false);
        NodeChannel channel = await NodeChannel.OpenAsync(_redisOptions, node, _dispatcher, _time, stopping).ConfigureAwait(false);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    await BeatAsync(node).WaitAsync(stopping).ConfigureAwait(false);
                    await channel.Heard.WaitAsync(_options.Heartbeat, _time, stopping).ConfigureAwait(false);
                    return channel;
                }
                catch (TimeoutException) when (attempt < MissedAtMost)
                {
                    // Where the client library subscribes it may not have sent that yet.
                }
            }
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Ends with the reason when the subscription is not to be trusted any more.
    private async Task<string> WatchAsync(NodeChannel channel, BusLinks links, string node, CancellationToken stopping)
    {
        Task renewed = Volatile.Read(ref _renewed).Task;
        long refreshed = _time.GetTimestamp();
        long heard = channel.Count;
        for (int missed = 0; missed < MissedAtMost;)
        {
            Task beat = BeatAsync(node);
            Observe(beat);
            await Task.WhenAny(channel.Broken, renewed, Task.Delay(_options.Heartbeat, _time, stopping)).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
            if (channel.Broken.IsCompleted)
            {
                return await channel.Broken.ConfigureAwait(false);
            }

            if (renewed.IsCompleted)
            {
                return "this node has a new id";
            }

            if (await links.ChangedAsync(stopping).ConfigureAwait(false))
            {
                StreamLog.LinkBroken(_logger);
                _dispatcher.InterruptAll();
            }

            // A beat that Redis did not take says nothing: while Redis stands still nothing is lost.
            missed = channel.Count > heard ? 0 : beat.IsCompletedSuccessfully ? missed + 1 : missed;
            heard = channel.Count;
            if (_time.GetElapsedTime(refreshed) >= _options.Refresh)
            {
                await RefreshAsync(stopping).ConfigureAwait(false);
                refreshed = _time.GetTimestamp();
            }
        }

        return "the node does not hear itself";
    }

    private async Task RefreshAsync(CancellationToken stopping)
    {
        try
        {
            IReadOnlyCollection<StreamInterest> forgotten = await _interests.RefreshAllAsync(stopping).ConfigureAwait(false);
            if (forgotten.Count == 0)
            {
                return;
            }

            StreamLog.Forgotten(_logger, forgotten.Count);
            foreach (StreamInterest interest in forgotten)
            {
                foreach (LocalSubscription subscription in interest.Subscriptions)
                {
                    _dispatcher.Interrupt(subscription);
                }
            }
        }
        catch (Exception failure) when (failure is StorageUnavailableException or RedisServerException or RedisReplyException)
        {
            StreamLog.RefreshFailed(_logger, failure);
        }
    }

    private async Task BeatAsync(string node) =>
        await _redis.ExecuteAsync("PUBLISH", RedisKeys.Channel(node), AnnouncementFormat.WriteHeartbeat(++_beats)).ConfigureAwait(false);

    // A failure is looked at when the interval is over, or has become meaningless by then.
    private static void Observe(Task beat) =>
        _ = beat.ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
