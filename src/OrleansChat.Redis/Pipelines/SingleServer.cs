using OrleansChat.Redis.Connections;

namespace OrleansChat.Redis.Pipelines;

/// <summary>Connections of our own, beside the client library's: to one Redis server that is no cluster.</summary>
internal static class SingleServer
{
    /// <summary>
    /// Connects, signs in and says what for. Null where a connection of our own does not fit: settings that it does not know, a Redis Cluster
    /// (asked for each time), or a Redis that does not permit what is asked at first.
    /// </summary>
    /// <exception cref="OperationCanceledException">It took longer than a connection may, or was cancelled.</exception>
    public static async Task<RedisControl?> TryConnectAsync(RedisOptions options, string purpose, TimeProvider time, CancellationToken cancellationToken)
    {
        if (PipelineAddress.Of(options.Configuration) is not { } address)
        {
            return null;
        }

        using CancellationTokenSource timeout = new(options.ConnectTimeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        RedisControl control = await RedisControl.ConnectAsync(address, both.Token).ConfigureAwait(false);
        bool fits = false;
        try
        {
            await control.CallAsync(["CLIENT", "SETNAME", $"orleanschat-{purpose}"], both.Token).ConfigureAwait(false);
            IReadOnlyDictionary<string, string> info = await control.InfoAsync(both.Token, "cluster").ConfigureAwait(false);
            fits = info.GetValueOrDefault("cluster_enabled") == "0";
            return fits ? control : null;
        }
        catch (RedisReplyException refusal) when (IsNotPermitted(refusal))
        {
            return null;
        }
        finally
        {
            if (!fits)
            {
                await control.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether an answer means that Redis will not do this here, while the client library may do without.</summary>
    public static bool IsNotPermitted(RedisReplyException refusal) => !refusal.IsAuthentication && !RedisErrors.IsRefusedForNow(refusal.Message);
}
