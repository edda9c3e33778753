using OrleansChat.Testing;

namespace OrleansChat.Resp.Tests.Support;

/// <summary>Tells when a node listens for a user: from then on a caller that waits has to wake.</summary>
internal static class Waiting
{
    public static async Task OneAsync(RespNode node, string user)
    {
        string redis = node.Server.Ready["redis"];
        int port = int.Parse(redis.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(async () => (await Programs.RedisCliAsync(port, "SMEMBERS", $"{{u:{user}}}:nodes")).Contains(node.Server.Ready["node"], StringComparison.Ordinal));
    }
}
