using OrleansChat.Redis.Connections;

namespace OrleansChat.Redis.Pipelines;

/// <summary>One call of a script: by its hash, or whole, after which the server that took it knows it.</summary>
internal abstract class ScriptCall(RedisScript script) : PipelineCall
{
    // Whether the script's text goes along.
    private bool _whole;

    /// <inheritdoc />
    public override string Step => script.Name;

    /// <inheritdoc />
    public override bool TryMend()
    {
        bool mended = !_whole && RedisErrors.IsUnknownScript(Error);
        _whole |= mended;
        return mended;
    }

    /// <summary>Writes what stands before the keys.</summary>
    protected void WriteHead(RespBuffer to, int keys, int arguments)
    {
        to.Command(3 + keys + arguments);
        if (_whole)
        {
            to.Raw("$4\r\nEVAL\r\n"u8);
            to.Text(script.Text);
        }
        else
        {
            to.Raw("$7\r\nEVALSHA\r\n"u8);
            to.Bytes(script.HashText);
        }

        to.Number(keys);
    }
}
