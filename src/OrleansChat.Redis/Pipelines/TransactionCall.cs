using System.Text;

namespace OrleansChat.Redis.Pipelines;

/// <summary>
/// Commands that Redis carries out as one step, between <c>MULTI</c> and <c>EXEC</c>: for reading much of the same kind, at a third of what a
/// script costs that runs the same commands. The reply is taken in parts, so that it need not be in memory as a whole.
/// </summary>
internal abstract class TransactionCall : PipelineCall
{
    private int _acknowledged;
    private int _read;
    private bool _carriedOut;
    private string? _refusal;

    /// <summary>How many commands there are.</summary>
    protected abstract int Commands { get; }

    /// <summary>How many parts the reply has, each the replies of some commands.</summary>
    protected abstract int Parts { get; }

    /// <summary>Writes the commands.</summary>
    protected abstract void WriteCommands(RespBuffer to);

    /// <summary>Reads a part. False when it has not arrived whole; then it is called again with more.</summary>
    /// <exception cref="RespException">It is not what was expected.</exception>
    protected abstract bool TryReadPart(ref RespReader from, int part);

    /// <inheritdoc />
    public sealed override void Write(RespBuffer to)
    {
        to.Raw("*1\r\n$5\r\nMULTI\r\n"u8);
        WriteCommands(to);
        to.Raw("*1\r\n$4\r\nEXEC\r\n"u8);
    }

    /// <inheritdoc />
    public sealed override bool TryRead(ref RespReader from) => TryReadReply(ref from, out _);

    /// <inheritdoc />
    public sealed override bool TryReadReply(ref RespReader from, out string? error)
    {
        error = null;

        // Each command is acknowledged, or refused, before the reply to EXEC; a refusal does not end it.
        for (; _acknowledged <= Commands; _acknowledged++)
        {
            if (!TryAcknowledgement(ref from))
            {
                return false;
            }

            from.Keep();
        }

        if (!_carriedOut)
        {
            if (!from.TryOptionalList(Commands, out int count))
            {
                return false;
            }

            if (count != Commands)
            {
                error = _refusal ?? from.Refusal ?? "EXEC was not carried out.";
                return true;
            }

            _carriedOut = true;
            from.Keep();
        }

        for (; _read < Parts; _read++)
        {
            if (!TryReadPart(ref from, _read))
            {
                return false;
            }

            _refusal ??= from.Refusal;
            from.Keep();
        }

        error = _refusal;
        return true;
    }

    /// <inheritdoc />
    public override void Renew()
    {
        base.Renew();
        (_acknowledged, _read, _carriedOut, _refusal) = (0, 0, false, null);
    }

    private bool TryAcknowledgement(ref RespReader from)
    {
        if (!from.IsError)
        {
            return from.TryStatus(out _);
        }

        if (!from.TryError(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        _refusal ??= Encoding.UTF8.GetString(text);
        return true;
    }
}
