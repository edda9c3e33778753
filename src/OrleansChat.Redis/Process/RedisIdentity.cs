using System.Globalization;
using System.Net.Sockets;

namespace OrleansChat.Redis;

internal enum RedisState
{
    Silent,
    Loading,
    Ready,
}

/// <summary>Who answers at an address: enough to tell our own server from any other process on the same port.</summary>
internal sealed record RedisIdentity(RedisState State, int Pid = 0, string RunId = "", string Directory = "", string Detail = "")
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <summary>Signs in, pings and asks who it is, all within one second. Never throws for what the other side does.</summary>
    public static async Task<RedisIdentity> ProbeAsync(RedisAddress address, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(Deadline, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await using RedisControl control = await RedisControl.ConnectAsync(address, both.Token);
            await control.CallAsync(["PING"], both.Token);
            IReadOnlyDictionary<string, string> info = await control.InfoAsync(both.Token);
            IReadOnlyList<string> directory = await control.CallAsync(["CONFIG", "GET", "dir"], both.Token);
            return new RedisIdentity(
                RedisState.Ready,
                int.Parse(info.GetValueOrDefault("process_id", "0"), CultureInfo.InvariantCulture),
                info.GetValueOrDefault("run_id", ""),
                directory is [_, var path] ? path : "");
        }
        catch (RedisReplyException exception)
        {
            return new RedisIdentity(exception.IsLoading ? RedisState.Loading : RedisState.Silent, Detail: exception.Message);
        }
        catch (Exception exception) when (exception is SocketException or IOException or FormatException)
        {
            return new RedisIdentity(RedisState.Silent, Detail: exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RedisIdentity(RedisState.Silent, Detail: "no answer within a second");
        }
    }
}
