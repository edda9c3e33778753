using System.Net.Sockets;
using System.Runtime.CompilerServices;
using OrleansChat.Redis.Connections;
using OrleansChat.Telemetry;

namespace OrleansChat.Redis.Pipelines;

/// <summary>
/// Runs the hottest script over a connection of our own to a single Redis server, with the promises of <see cref="RedisConnection"/>: every
/// call ends within its deadline, by an answer or by <see cref="StorageUnavailableException"/>; what surely was not executed is tried again
/// until then, what may have been is not. It does not fit a Redis Cluster, nor settings that it does not know.
/// </summary>
internal sealed class RedisPipeline : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly RedisOptions _options;
    private readonly RedisScript _script;
    private readonly TimeProvider _time;
    private PipelineSocket? _socket;
    private Task<PipelineSocket?>? _connecting;
    private Exception? _failure;
    private ITimer? _sweeping;
    private bool _disposed;
    private volatile bool _fits;

    public RedisPipeline(RedisOptions options, RedisScript script, TimeProvider time)
    {
        _options = options;
        _script = script;
        _time = time;
        _fits = options.WaitReplicas == 0;
    }

    /// <summary>Whether calls can go this way, as far as is known. Once false it stays so.</summary>
    public bool Fits => _fits;

    /// <summary>Runs a call of the script. False when this Redis is not to be used this way: then nothing was sent.</summary>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time or cannot write now.</exception>
    /// <exception cref="RedisReplyException">Redis answered with another error.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> TryRunAsync(ScriptCall call)
    {
        long began = call.StartedAt = _time.GetTimestamp();
        while (true)
        {
            PipelineSocket? socket = Volatile.Read(ref _socket);
            if (socket is not { IsBroken: false })
            {
                socket = await ConnectedAsync(call).ConfigureAwait(false);
                if (!_fits)
                {
                    return false;
                }
            }

            // The first attempt is on its way before anything is awaited, so that calls keep their order.
            if (socket is not null && socket.TryBegin(call))
            {
                await call.Ended.ConfigureAwait(false);
                if (call.Outcome == CallOutcome.Answered)
                {
                    Count(true, began);
                    return true;
                }

                ThrowUnlessAgain(call, began);
                call.Renew();
                if (call.IsUnknown && !call.Whole)
                {
                    call.Whole = true;
                    began = _time.GetTimestamp();
                    continue;
                }
            }

            if (Remaining(call) <= RetryAfter)
            {
                throw Unavailable($"Redis cannot be reached for {_script.Name}.", began, _failure);
            }

            await Task.Delay(RetryAfter, _time).ConfigureAwait(false);
            began = _time.GetTimestamp();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        Task connecting;
        lock (_gate)
        {
            connecting = _connecting ?? Task.CompletedTask;
        }

        await connecting.ConfigureAwait(false);
        if (_sweeping is not null)
        {
            await _sweeping.DisposeAsync().ConfigureAwait(false);
        }

        if (_socket is not null)
        {
            await _socket.DisposeAsync().ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    private TimeSpan Remaining(PipelineCall call)
    {
        TimeSpan left = _options.Deadline - _time.GetElapsedTime(call.StartedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Count(bool answered, long began) => ChatMetrics.RoundTrip(_script.Name, answered, _time.GetElapsedTime(began));

    private StorageUnavailableException Unavailable(string what, long began, Exception? cause = null)
    {
        Count(false, began);
        return new StorageUnavailableException(what, cause);
    }

    private void ThrowUnlessAgain(ScriptCall call, long began)
    {
        switch (call.Outcome)
        {
            case CallOutcome.Lost:
                throw Unavailable($"The connection to Redis ended during {_script.Name}.", began);
            case CallOutcome.Late:
                throw Unavailable("Redis did not answer in time.", began);
            case CallOutcome.Error when RedisErrors.IsRefusal(call.Error) && !RedisErrors.IsRefusedForNow(call.Error):
                throw Unavailable($"Redis did not carry out {_script.Name}.", began, new RedisReplyException(call.Error));
            case CallOutcome.Error when !RedisErrors.IsRefusedForNow(call.Error) && (call.Whole || !call.IsUnknown):
                throw new RedisReplyException(call.Error);
        }
    }

    private async ValueTask<PipelineSocket?> ConnectedAsync(PipelineCall call)
    {
        Task<PipelineSocket?> connecting;
        lock (_gate)
        {
            if (_socket is { IsBroken: false } ready)
            {
                return ready;
            }

            if (Volatile.Read(ref _disposed))
            {
                throw new StorageUnavailableException("The connection to Redis was closed.");
            }

            connecting = _connecting ??= Task.Run(ConnectAsync);
        }

        try
        {
            return await connecting.WaitAsync(Remaining(call), _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<PipelineSocket?> ConnectAsync()
    {
        PipelineSocket? made = null;
        Exception? failure = null;
        try
        {
            made = await OpenAsync().ConfigureAwait(false);
        }
        catch (RedisReplyException refusal) when (SingleServer.IsNotPermitted(refusal))
        {
            // Something is not permitted here that the client library can do without.
            _fits = false;
        }
        catch (Exception refusal) when (refusal is SocketException or IOException or RedisReplyException or OperationCanceledException)
        {
            failure = refusal;
        }

        PipelineSocket? previous;
        lock (_gate)
        {
            previous = _socket;
            _socket = made;
            _failure = failure;
            _connecting = null;
            _sweeping ??= _time.CreateTimer(static state => ((RedisPipeline)state!).Sweep(), this, SweepEvery, SweepEvery);
        }

        if (previous is not null)
        {
            await previous.DisposeAsync().ConfigureAwait(false);
        }

        return made;
    }

    // Null where this does not fit. The script is loaded before the first call: one that is not known would cost calls their order.
    private async Task<PipelineSocket?> OpenAsync()
    {
        using CancellationTokenSource timeout = new(_options.ConnectTimeout, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        RedisControl? control = await SingleServer.TryConnectAsync(_options, _script.Name, _time, both.Token).ConfigureAwait(false);
        if (control is null)
        {
            _fits = false;
            return null;
        }

        PipelineSocket? made = null;
        try
        {
            await control.CallAsync(["SCRIPT", "LOAD", _script.Text], both.Token).ConfigureAwait(false);
            return made = new PipelineSocket(control, _time);
        }
        finally
        {
            if (made is null)
            {
                await control.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void Sweep() => Volatile.Read(ref _socket)?.Sweep(_options.Deadline);
}
