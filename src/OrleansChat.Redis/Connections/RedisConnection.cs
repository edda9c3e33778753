using System.Net;
using Microsoft.Extensions.Options;
using OrleansChat.Redis.Pipelines;
using OrleansChat.Telemetry;
using StackExchange.Redis;

namespace OrleansChat.Redis.Connections;

/// <summary>
/// The connection that all commands of this process go through. Every call ends within its deadline, by an answer or by
/// <see cref="StorageUnavailableException"/>. What surely was not executed is tried again until then; what may have been is not.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    // One message with all that was made of it; far more than limits let come together.
    private const int LongestRead = 32 * 1024 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly PendingCalls _calls;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly ReplicaWait? _replicated;
    private ConnectionMultiplexer? _multiplexer;
    private long _breaks;

    public RedisConnection(IOptions<RedisOptions> options, TimeProvider time)
        : this(options.Value, time) =>
        _replicated = _options.WaitReplicas == 0 ? null : new ReplicaWait(new RedisConnection(_options, time), _options.WaitReplicas, _options.Deadline, time);

    private RedisConnection(RedisOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _calls = new PendingCalls(time, _options.Deadline);
        Appends = new RedisPipeline(options, RedisScript.Append, time);
        Sessions = new RedisPipeline(options, RedisScript.SessionEnter, time);
        Reads = new RedisPipeline(options, "reads", LongestRead, time);
        ReadTurns = new ReadTurns(options.Deadline, time);
    }

    /// <summary>The connection of its own that appends use where that fits.</summary>
    public RedisPipeline Appends { get; }

    /// <summary>The connection of its own that sessions come and go by where that fits: there one server holds all keys, so a step may touch those of
    /// several slots.</summary>
    public RedisPipeline Sessions { get; }

    /// <summary>The connection of its own that reads of many conversations use where that fits.</summary>
    public RedisPipeline Reads { get; }

    /// <summary>In which order reads of many conversations are made.</summary>
    public ReadTurns ReadTurns { get; }

    /// <summary>How often the connection was lost.</summary>
    public long Breaks => Interlocked.Read(ref _breaks);

    /// <summary>Makes a connection of its own, for subscriptions.</summary>
    public static async Task<ConnectionMultiplexer> OpenAsync(RedisOptions options, string purpose)
    {
        ConfigurationOptions configuration = ConfigurationOptions.Parse(options.Configuration);
        configuration.AbortOnConnectFail = false;
        configuration.ClientName = $"orleanschat-{purpose}";
        configuration.ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds;
        configuration.SyncTimeout = (int)options.ConnectTimeout.TotalMilliseconds;
        configuration.ConnectRetry = 1;
        configuration.KeepAlive = 5;
        configuration.ReconnectRetryPolicy = new LinearRetry(250);
        return await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
    }

    /// <summary>Runs a script.</summary>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time or cannot write now.</exception>
    public Task<RedisResult> EvaluateAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (_replicated is { } replicated && script.Lasts)
        {
            return replicated.EvaluateAsync(script, keys, arguments);
        }

        PendingCall call = _calls.Begin();
        if (_multiplexer is not { } multiplexer)
        {
            return RunAsync(script, keys, arguments, call, null);
        }

        Task<RedisResult> answer = Send(multiplexer, script, keys, arguments);
        return RunAsync(script, keys, arguments, call, answer);
    }

    /// <summary>Runs one command.</summary>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time or cannot write now.</exception>
    public async Task<RedisResult> ExecuteAsync(string command, params object[] arguments)
    {
        PendingCall call = _calls.Begin();
        while (true)
        {
            try
            {
                ConnectionMultiplexer multiplexer = await GetAsync(call).ConfigureAwait(false);
                call.Observe(multiplexer.GetDatabase().ExecuteAsync(command, arguments));
                RedisResult answer = await call.Task.ConfigureAwait(false);
                Count(command, true, call);
                return answer;
            }
            catch (StorageUnavailableException)
            {
                Count(command, false, call);
                throw;
            }
            catch (Exception failure)
            {
                call = await AgainOrThrowAsync(call, failure, command).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replicated is not null)
        {
            await _replicated.DisposeAsync().ConfigureAwait(false);
        }

        await Appends.DisposeAsync().ConfigureAwait(false);
        await Sessions.DisposeAsync().ConfigureAwait(false);
        await Reads.DisposeAsync().ConfigureAwait(false);
        _calls.Dispose();
        _connecting.Dispose();
        if (_multiplexer is { } multiplexer)
        {
            await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            multiplexer.Dispose();
        }
    }

    private void Count(string step, bool answered, PendingCall call) => ChatMetrics.RoundTrip(step, answered, _time.GetElapsedTime(call.StartedAt));

    /// <summary>Sends a script by its hash; or whole, after which the server that took it knows it.</summary>
    private static Task<RedisResult> Send(
        ConnectionMultiplexer multiplexer, RedisScript script, RedisKey[] keys, RedisValue[] arguments, bool whole = false)
    {
        try
        {
            return whole
                ? multiplexer.GetDatabase().ExecuteAsync("EVAL", [script.Text, keys.Length, .. keys.Cast<object>(), .. arguments.Cast<object>()])
                : multiplexer.GetDatabase().ScriptEvaluateAsync(script.Hash, keys, arguments);
        }
        catch (Exception failure) when (failure is RedisConnectionException or ObjectDisposedException)
        {
            return Task.FromException<RedisResult>(failure);
        }
    }

    // The first attempt is already on the wire when this is called, so that calls keep their order whatever is awaited here.
    private async Task<RedisResult> RunAsync(
        RedisScript script, RedisKey[] keys, RedisValue[] arguments, PendingCall call, Task<RedisResult>? first)
    {
        bool unknown = false;
        while (true)
        {
            try
            {
                first ??= Send(await GetAsync(call).ConfigureAwait(false), script, keys, arguments, unknown);
                call.Observe(first);
                RedisResult answer = await call.Task.ConfigureAwait(false);
                Count(script.Name, true, call);
                return answer;
            }
            catch (StorageUnavailableException)
            {
                Count(script.Name, false, call);
                throw;
            }
            catch (RedisServerException failure) when (RedisErrors.IsUnknownScript(failure.Message))
            {
                // Loading it first could reach another server of a cluster than the one that is asked next.
                unknown = true;
                call = _calls.Begin(call);
            }
            catch (Exception failure)
            {
                call = await AgainOrThrowAsync(call, failure, script.Name).ConfigureAwait(false);
            }

            first = null;
        }
    }

    private async Task<PendingCall> AgainOrThrowAsync(PendingCall call, Exception failure, string what)
    {
        bool again = failure switch
        {
            // Nothing was sent: there was no connection to send it on.
            RedisConnectionException connection => connection.FailureType == ConnectionFailureType.UnableToResolvePhysicalConnection,
            RedisServerException server => RedisErrors.IsRefusedForNow(server.Message),
            _ => false,
        };
        if (again && _calls.Remaining(call) > RetryAfter)
        {
            await Task.Delay(RetryAfter, _time).ConfigureAwait(false);
            return _calls.Begin(call);
        }

        if (again || failure is RedisConnectionException or TimeoutException or OperationCanceledException or ObjectDisposedException || IsRefusal(failure))
        {
            throw new StorageUnavailableException($"Redis did not carry out {what}.", failure);
        }

        throw failure;
    }

    private static bool IsRefusal(Exception failure) => failure is RedisServerException server && RedisErrors.IsRefusal(server.Message);

    private async ValueTask<ConnectionMultiplexer> GetAsync(PendingCall call)
    {
        if (_multiplexer is { } ready)
        {
            return ready;
        }

        if (!await _connecting.WaitAsync(_calls.Remaining(call)).ConfigureAwait(false))
        {
            throw new StorageUnavailableException("Redis cannot be reached.");
        }

        try
        {
            return _multiplexer ??= await ConnectAsync().ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        ConnectionMultiplexer multiplexer = await OpenAsync(_options, "commands").ConfigureAwait(false);
        multiplexer.ConnectionFailed += (_, _) => Interlocked.Increment(ref _breaks);
        multiplexer.ConnectionRestored += (_, restored) => _ = LoadScriptsAsync(multiplexer, restored.EndPoint is { } server ? [server] : multiplexer.GetEndPoints());
        await LoadScriptsAsync(multiplexer, multiplexer.GetEndPoints()).ConfigureAwait(false);
        return multiplexer;
    }

    // A script that Redis does not know costs its first calls their order: they are sent again behind those that came after them.
    // On a cluster each server has to know them.
    private async Task LoadScriptsAsync(ConnectionMultiplexer multiplexer, IEnumerable<EndPoint> servers)
    {
        try
        {
            IServer[] connected = [.. servers.Select(server => multiplexer.GetServer(server)).Where(server => server.IsConnected)];
            await Task.WhenAll(RedisScript.All().SelectMany(script => connected.Select(server => server.ScriptLoadAsync(script.Text))))
                .WaitAsync(_options.Deadline, _time)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Each call brings along what is missing then.
        }
    }
}
