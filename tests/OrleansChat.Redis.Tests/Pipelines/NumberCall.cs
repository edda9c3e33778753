using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Tests.Pipelines;

/// <summary>A call that says a number and reads one.</summary>
internal sealed class NumberCall(long number) : ScriptCall(RedisScript.Append)
{
    public long Said => number;

    public long Heard { get; private set; }

    public override void Write(RespBuffer to)
    {
        WriteHead(to, keys: 0, arguments: 1);
        to.Number(number);
    }

    public override bool TryRead(ref RespReader from)
    {
        bool whole = from.TryNumber(out long heard);
        Heard = heard;
        return whole;
    }
}
