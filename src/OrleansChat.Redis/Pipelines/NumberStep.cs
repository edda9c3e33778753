using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Pipelines;

/// <summary>A script that replies with one number, over a <see cref="RedisPipeline"/>.</summary>
/// <param name="script">The script.</param>
/// <param name="keys">Its keys, names all.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class NumberStep(RedisScript script, RedisKey[] keys, string[] arguments) : ScriptCall(script)
{
    private long _number;

    /// <summary>The reply, once there is one.</summary>
    public long Number => _number;

    /// <summary>After a failure: whether Redis may have carried it out nevertheless.</summary>
    public bool MayHaveHappened => Outcome is CallOutcome.Lost or CallOutcome.Late;

    /// <summary>Runs a step. Null when this Redis is not to be used this way: then nothing was sent.</summary>
    /// <exception cref="StorageUnavailableException">Redis did not answer in time or cannot write now.</exception>
    public static async ValueTask<long?> TryRunAsync(RedisPipeline pipeline, RedisScript script, RedisKey[] keys, string[] arguments)
    {
        var step = new NumberStep(script, keys, arguments);
        return await pipeline.TryRunAsync(step).ConfigureAwait(false) ? step._number : null;
    }

    public override void Write(RespBuffer to)
    {
        WriteHead(to, keys.Length, arguments.Length);
        foreach (RedisKey key in keys)
        {
            to.Text((string)key!);
        }

        foreach (string argument in arguments)
        {
            to.Text(argument);
        }
    }

    public override bool TryRead(ref RespReader from) => from.TryNumber(out _number);
}
