using System.Net.Sockets;
using System.Runtime.CompilerServices;
using OrleansChat.Redis.Connections;
using OrleansChat.Telemetry;

namespace OrleansChat.Redis.Pipelines;

/// <summary>
/// Runs the hottest steps over a connection of our own to a single Redis server, with the promises of <see cref="RedisConnection"/>: every
/// call ends within its deadline, by an answer or by <see cref="StorageUnavailableException"/>; what surely was not executed is tried again
/// until then, what may have been is not. It does not fit a Redis Cluster, nor settings that it does not know.
/// </summary>
internal sealed class RedisPipeline : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly RedisOptions _options;
    private readonly RedisScript? _script;
    private readonly string _name;
    private readonly int _longestReply;
    private readonly TimeProvider _time;
    private readonly SweepTimer _sweeping;
    private PipelineSocket? _socket;
    private Task<PipelineSocket?>? _connecting;
    private Exception? _failure;
    private bool _disposed;
    private volatile bool _fits;

    /// <summary>A connection for the calls of one script, which may have to reach replicas.</summary>
    public RedisPipeline(RedisOptions options, RedisScript script, TimeProvider time)
        : this(options, script.Name, PipelineSocket.LongestReply, time)
    {
        _script = script;
        _fits = options.WaitReplicas == 0;
    }

    /// <summary>A connection for transactions that read.</summary>
    public RedisPipeline(RedisOptions options, string name, int longestReply, TimeProvider time)
    {
        _options = options;
        _name = name;
        _longestReply = longestReply;
        _time = time;
        _sweeping = new SweepTimer(time, () => Volatile.Read(ref _socket)?.Sweep(options.Deadline) ?? false);
        _fits = true;
    }

    /// <summary>Whether calls can go this way, as far as is known. Once false it stays so.</summary>
    public bool Fits => _fits;

    /// <summary>Whether Redis was seen to be a single server, and not a cluster.</summary>
    public bool IsSingleServer => _fits && Volatile.Read(ref _socket) is not null;

    /// <summary>Runs a call. False when this Redis is not to be used this way: then nothing was sent.</summary>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time or cannot write now.</exception>
    /// <exception cref="RedisReplyException">Redis answered with another error.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> TryRunAsync(PipelineCall call)
    {
        long began = call.StartedAt = _time.GetTimestamp();
        while (_fits)
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
                _sweeping.Begin();
                await call.Ended.ConfigureAwait(false);
                if (call.Outcome == CallOutcome.Answered)
                {
                    Count(call, true, began);
                    return true;
                }

                bool mended = call.Outcome == CallOutcome.Error && call.TryMend();
                ThrowUnlessAgain(call, mended, began);
                call.Renew();
                if (mended)
                {
                    began = _time.GetTimestamp();
                    continue;
                }
            }

            if (Remaining(call) <= RetryAfter)
            {
                throw Unavailable(call, $"Redis cannot be reached for {call.Step}.", began, _failure);
            }

            await Task.Delay(RetryAfter, _time).ConfigureAwait(false);
            began = _time.GetTimestamp();
        }

        return false;
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
        await _sweeping.DisposeAsync().ConfigureAwait(false);
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

    private void Count(PipelineCall call, bool answered, long began) => ChatMetrics.RoundTrip(call.Step, answered, _time.GetElapsedTime(began));

    private StorageUnavailableException Unavailable(PipelineCall call, string what, long began, Exception? cause = null)
    {
        Count(call, false, began);
        return new StorageUnavailableException(what, cause);
    }

    private void ThrowUnlessAgain(PipelineCall call, bool mended, long began)
    {
        switch (call.Outcome)
        {
            case CallOutcome.Lost:
                throw Unavailable(call, $"The connection to Redis ended during {call.Step}.", began);
            case CallOutcome.Late:
                throw Unavailable(call, "Redis did not answer in time.", began);
            case CallOutcome.Error when RedisErrors.IsRefusal(call.Error) && !RedisErrors.IsRefusedForNow(call.Error):
                throw Unavailable(call, $"Redis did not carry out {call.Step}.", began, new RedisReplyException(call.Error));
            case CallOutcome.Error when !RedisErrors.IsRefusedForNow(call.Error) && !mended:
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
        RedisControl? control = await SingleServer.TryConnectAsync(_options, _name, _time, both.Token).ConfigureAwait(false);
        if (control is null)
        {
            _fits = false;
            return null;
        }

        PipelineSocket? made = null;
        try
        {
            await PrepareAsync(control, both.Token).ConfigureAwait(false);
            return made = new PipelineSocket(control, _time, _longestReply, atOnce: _script is null);
        }
        finally
        {
            if (made is null)
            {
                await control.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // What is not permitted here shows before the first call.
    private async Task PrepareAsync(RedisControl control, CancellationToken cancellationToken)
    {
        if (_script is not null)
        {
            await control.CallAsync(["SCRIPT", "LOAD", _script.Text], cancellationToken).ConfigureAwait(false);
            return;
        }

        await control.CallAsync(["MULTI"], cancellationToken).ConfigureAwait(false);
        await control.CallAsync(["EXEC"], cancellationToken).ConfigureAwait(false);
    }
}
