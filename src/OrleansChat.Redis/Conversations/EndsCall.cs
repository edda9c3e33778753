using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Conversations;

/// <summary>Reads where the logs of several conversations end.</summary>
internal sealed class EndsCall(ConversationId[] conversations) : TransactionCall
{
    private const int Fields = 2;

    /// <summary>The ends, in the order of the conversations; an empty epoch where there is no log.</summary>
    public KnownPosition[] Ends { get; } = new KnownPosition[conversations.Length];

    /// <inheritdoc />
    public override string Step => "ends";

    /// <inheritdoc />
    protected override int Commands => conversations.Length;

    /// <inheritdoc />
    protected override int Parts => conversations.Length;

    /// <inheritdoc />
    protected override void WriteCommands(RespBuffer to)
    {
        foreach (ConversationId conversation in conversations)
        {
            to.Raw("*4\r\n$5\r\nHMGET\r\n"u8);
            to.ConversationKey(conversation.Value, "meta"u8);
            to.Raw("$5\r\nepoch\r\n$4\r\nlast\r\n"u8);
        }
    }

    /// <inheritdoc />
    protected override bool TryReadPart(ref RespReader from, int part)
    {
        if (!from.TryOptionalList(Fields, out int count))
        {
            return false;
        }

        if (count < 0)
        {
            return true;
        }

        if (!from.TryOptionalText(out ReadOnlySpan<byte> epoch, out bool exists) || !from.TryOptionalText(out ReadOnlySpan<byte> last, out _))
        {
            return false;
        }

        Ends[part] = exists ? new KnownPosition(Encoding.UTF8.GetString(epoch), StoredSummary.Number(last, 0)) : new KnownPosition(string.Empty, 0);
        return true;
    }
}
