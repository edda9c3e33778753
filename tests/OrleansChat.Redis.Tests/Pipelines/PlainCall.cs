using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Tests.Pipelines;

/// <summary>A command that a real server answers with a number.</summary>
internal sealed class PlainCall() : ScriptCall(RedisScript.Append)
{
    public override void Write(RespBuffer to)
    {
        to.Command(2);
        to.Text("EXISTS");
        to.Text("nothing");
    }

    public override bool TryRead(ref RespReader from) => from.TryNumber(out _);
}
