using System.Globalization;
using System.Net.Sockets;

namespace OrleansChat.Redis;

/// <summary>What a look at a Redis before use found.</summary>
/// <param name="Version">As the server tells it, such as <c>7.0.15</c>.</param>
/// <param name="Warnings">What an operator should change, one line each.</param>
public sealed record RedisCheckResult(string Version, IReadOnlyList<string> Warnings);

/// <summary>Checks at start that a Redis can be trusted with acknowledged messages.</summary>
public static class RedisCheck
{
    private static readonly Version Least = new(6, 2);
    private static readonly Version Recommended = new(7, 0);
    private static readonly TimeSpan LoadingPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Connects and looks within <paramref name="deadline"/>.</summary>
    /// <param name="address">Where Redis is.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="time">The clock of the deadline.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="replicas">How many replicas steps are going to wait for.</param>
    /// <exception cref="RedisUnusableException">Unreachable, or not fit to hold messages; the message is one line with what to do.</exception>
    public static async Task<RedisCheckResult> RunAsync(
        RedisAddress address, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken, int replicas = 0)
    {
        using CancellationTokenSource timeout = new(deadline, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await LookAsync(address, time, replicas, both.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RedisUnusableException(
                string.Create(CultureInfo.InvariantCulture, $"Redis at {address} did not answer within {deadline.TotalSeconds:0} s: start it, or give another address with --redis"),
                exception);
        }
        catch (SocketException exception)
        {
            throw new RedisUnusableException($"Redis at {address} cannot be reached ({exception.Message}): start it, or give another address with --redis", exception);
        }
        catch (RedisReplyException exception) when (exception.IsAuthentication)
        {
            throw new RedisUnusableException($"Redis at {address} refused to let us in: check the password in --redis host:port,password=...", exception);
        }
        catch (Exception exception) when (exception is RedisReplyException or IOException)
        {
            throw new RedisUnusableException($"Redis at {address} gave an unexpected answer ({exception.Message}): is it a Redis server?", exception);
        }
    }

    private static async Task<RedisCheckResult> LookAsync(RedisAddress address, TimeProvider time, int replicas, CancellationToken cancellationToken)
    {
        await using RedisControl control = await RedisControl.ConnectAsync(address, cancellationToken);
        IReadOnlyDictionary<string, string> info = await LoadedAsync(control, time, cancellationToken);
        if (info.GetValueOrDefault("cluster_enabled") != "1")
        {
            return Judge(address, info, replicas, replicaServes: false);
        }

        // Each master holds messages of its own.
        List<RedisCheckResult> results = [Judge(address, info, replicas, replicaServes: true)];
        foreach (RedisAddress master in await RedisClusterMap.MastersAsync(address, control, cancellationToken))
        {
            await using RedisControl other = await RedisControl.ConnectAsync(master, cancellationToken);
            results.Add(Judge(master, await LoadedAsync(other, time, cancellationToken), replicas, replicaServes: true));
        }

        return new RedisCheckResult(results[0].Version, [.. results.SelectMany(result => result.Warnings).Distinct()]);
    }

    private static async Task<IReadOnlyDictionary<string, string>> LoadedAsync(RedisControl control, TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> info = await control.InfoAsync(cancellationToken);
        while (info.GetValueOrDefault("loading") == "1")
        {
            await Task.Delay(LoadingPause, time, cancellationToken);
            info = await control.InfoAsync(cancellationToken);
        }

        return info;
    }

    private static RedisCheckResult Judge(RedisAddress address, IReadOnlyDictionary<string, string> info, int replicas, bool replicaServes)
    {
        string version = info.GetValueOrDefault("redis_version", "");
        if (!Version.TryParse(version, out Version? parsed) || parsed < Least)
        {
            throw new RedisUnusableException($"Redis at {address} is version {version}: 6.2 or later is needed, 7.0 recommended");
        }

        if (!replicaServes && info.GetValueOrDefault("role") is "slave")
        {
            throw new RedisUnusableException($"Redis at {address} is a replica: give the address of its primary with --redis");
        }

        string policy = info.GetValueOrDefault("maxmemory_policy", "noeviction");
        if (policy != "noeviction")
        {
            throw new RedisUnusableException(
                $"Redis at {address} would evict messages (maxmemory-policy {policy}): run CONFIG SET maxmemory-policy noeviction, and set it in its configuration file");
        }

        List<string> warnings = [];
        if (parsed < Recommended)
        {
            warnings.Add($"Redis at {address} is version {version}; 7.0 or later is recommended");
        }

        if (info.GetValueOrDefault("aof_enabled") != "1")
        {
            warnings.Add($"Redis at {address} keeps no append-only file: acknowledged messages can be lost when it crashes; set appendonly yes");
        }

        if (!int.TryParse(info.GetValueOrDefault("connected_slaves"), NumberStyles.None, CultureInfo.InvariantCulture, out int connected) || connected < replicas)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Redis at {address} has {connected} replicas and --wait-replicas asks for {replicas}: nothing can be sent until there are more"));
        }

        return new RedisCheckResult(version, warnings);
    }
}

/// <summary>A Redis that cannot be used; the message is one line that says why and what to do.</summary>
public sealed class RedisUnusableException : Exception
{
    /// <summary>With the line to show.</summary>
    public RedisUnusableException(string message)
        : base(message)
    {
    }

    /// <summary>With the line to show and what caused it.</summary>
    public RedisUnusableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
