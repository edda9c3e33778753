using System.Globalization;

namespace OrleansChat.Redis;

/// <summary>What a server of a Redis Cluster says about the others.</summary>
internal static class RedisClusterMap
{
    /// <summary>The other masters that serve slots.</summary>
    /// <exception cref="RedisUnusableException">The cluster does not serve all slots; one line that says so.</exception>
    public static async Task<IReadOnlyList<RedisAddress>> MastersAsync(RedisAddress seed, RedisControl control, CancellationToken cancellationToken)
    {
        string info = (await control.CallAsync(["CLUSTER", "INFO"], cancellationToken))[0];
        if (!info.Contains("cluster_state:ok", StringComparison.Ordinal))
        {
            throw new RedisUnusableException(
                $"The Redis Cluster at {seed} does not serve all slots: see CLUSTER INFO and CLUSTER NODES there, and assign the missing ones or start the missing servers");
        }

        string nodes = (await control.CallAsync(["CLUSTER", "NODES"], cancellationToken))[0];
        return [.. nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Master(line, seed.Password)).OfType<RedisAddress>()];
    }

    // id host:port@bus,name flags master ping pong epoch state slots...
    private static RedisAddress? Master(string line, string? password)
    {
        string[] fields = line.Split(' ');
        if (fields.Length < 9 || !fields[2].Split(',').Contains("master") || fields[2].Contains("myself", StringComparison.Ordinal))
        {
            return null;
        }

        string endpoint = fields[1][..(fields[1].IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? at : fields[1].Length)];
        int colon = endpoint.LastIndexOf(':');
        return new RedisAddress(endpoint[..colon], int.Parse(endpoint[(colon + 1)..], CultureInfo.InvariantCulture), password);
    }
}
