using OrleansChat.Redis.Connections;

namespace OrleansChat.Redis.Pipelines;

/// <summary>One call of a script: by its hash, or whole, after which the server that took it knows it.</summary>
internal abstract class ScriptCall(RedisScript script) : PipelineCall
{
    /// <inheritdoc />
    public override string Step => script.Name;

    /// <summary>Whether the script's text goes along.</summary>
    public bool Whole { get; set; }

    /// <summary>Whether Redis answered that it does not know the script.</summary>
    public bool IsUnknown => Outcome == CallOutcome.Error && RedisErrors.IsUnknownScript(Error);

    /// <inheritdoc />
    public override bool TryMend()
    {
        bool mended = IsUnknown && !Whole;
        Whole |= mended;
        return mended;
    }

    /// <summary>Writes what stands before the keys.</summary>
    protected void WriteHead(RespBuffer to, int keys, int arguments)
    {
        to.Command(3 + keys + arguments);
        if (Whole)
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
