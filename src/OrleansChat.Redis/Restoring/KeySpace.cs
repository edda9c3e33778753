using System.Runtime.CompilerServices;

namespace OrleansChat.Redis.Restoring;

/// <summary>All keys of a Redis, or of every master of a Redis Cluster. For maintenance: serving people never looks at the key space.</summary>
internal sealed class KeySpace
{
    private const string AtOnce = "1000";

    private readonly IReadOnlyList<RedisAddress> _masters;

    private KeySpace(IReadOnlyList<RedisAddress> masters) => _masters = masters;

    /// <summary>Whether keys lie on several servers, whose backups are not of the same moment.</summary>
    public bool IsSpread => _masters.Count > 1;

    public static async Task<KeySpace> OpenAsync(RedisAddress seed, CancellationToken cancellationToken)
    {
        await using RedisControl control = await RedisControl.ConnectAsync(seed, cancellationToken);
        IReadOnlyDictionary<string, string> info = await control.InfoAsync(cancellationToken);
        IReadOnlyList<RedisAddress> others =
            info.GetValueOrDefault("cluster_enabled") == "1" ? await RedisClusterMap.MastersAsync(seed, control, cancellationToken) : [];
        return new KeySpace(info.GetValueOrDefault("role") == "master" ? [seed, .. others] : others);
    }

    /// <summary>Every key that exists from beginning to end; one may come twice.</summary>
    public async IAsyncEnumerable<string> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RedisAddress master in _masters)
        {
            await using RedisControl control = await RedisControl.ConnectAsync(master, cancellationToken);
            string cursor = "0";
            do
            {
                IReadOnlyList<string> page = await control.CallAsync(["SCAN", cursor, "COUNT", AtOnce], cancellationToken);
                cursor = page[0];
                foreach (string key in page.Skip(1))
                {
                    yield return key;
                }
            }
            while (cursor != "0");
        }
    }
}
