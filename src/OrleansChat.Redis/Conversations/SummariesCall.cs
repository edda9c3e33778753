using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis.Conversations;

/// <summary>
/// Reads several conversations as one member sees them, each together with the membership that decides it (I8): what <c>summary.lua</c> reads
/// of one. Which entry is the newest message is not known before its number is read: the last entry is looked at, or, in a second call, the
/// one whose number the first call found, with what was made of it.
/// </summary>
/// <param name="conversations">The conversations.</param>
/// <param name="newest">In a second call, the numbers of their newest messages; else null.</param>
/// <param name="reader">The member.</param>
internal sealed class SummariesCall(ConversationId[] conversations, long[]? newest, Actor reader) : TransactionCall
{
    private const int MetaFields = 10;
    private const int EntryParts = 2;
    private const int EntryFields = 8;
    private const int PatchFields = 3;

    /// <summary>What was found; null where somebody else has to decide: refusals, and what <see cref="Newest"/> says.</summary>
    public Summary?[] Found { get; } = new Summary?[conversations.Length];

    /// <summary>Where the last entry was not the newest message: that message's number; else 0.</summary>
    public long[] Newest { get; } = new long[conversations.Length];

    /// <inheritdoc />
    public override string Step => "summaries";

    /// <inheritdoc />
    protected override int Commands { get; } = conversations.Count(static one => !one.IsDirect) + (conversations.Length * (newest is null ? 5 : 6));

    /// <inheritdoc />
    protected override int Parts => conversations.Length;

    /// <inheritdoc />
    protected override void WriteCommands(RespBuffer to)
    {
        for (int i = 0; i < conversations.Length; i++)
        {
            string id = conversations[i].Value;
            to.Raw("*12\r\n$5\r\nHMGET\r\n"u8);
            to.ConversationKey(id, "meta"u8);
            to.Raw("$5\r\nepoch\r\n$4\r\nlast\r\n$5\r\nfirst\r\n$7\r\nhistory\r\n$7\r\ndeleted\r\n$5\r\ntitle\r\n$6\r\npinned\r\n$6\r\nnewest\r\n$5\r\ncount\r\n$12\r\nbefore_first\r\n"u8);
            OfReader(to, id, "members"u8);
            OfReader(to, id, "read"u8);
            OfReader(to, id, "delivered"u8);
            if (!conversations[i].IsDirect)
            {
                to.Raw("*2\r\n$4\r\nHLEN\r\n"u8);
                to.ConversationKey(id, "members"u8);
            }

            WriteEntry(to, id, newest?[i]);
        }
    }

    /// <inheritdoc />
    protected override bool TryReadPart(ref RespReader from, int part)
    {
        ConversationId conversation = conversations[part];
        var stored = new StoredSummary(conversation, reader);
        if (!TryReadMeta(ref from, ref stored)
            || !from.TryOptionalText(out stored.Member, out _)
            || !from.TryOptionalText(out stored.Read, out _)
            || !from.TryOptionalText(out stored.Delivered, out _)
            || (!conversation.IsDirect && !(from.IsError ? from.TryOptionalText(out _, out _) : from.TryNumber(out stored.Members)))
            || !TryReadEntry(ref from, ref stored)
            || (newest is not null && !TryReadPatch(ref from, ref stored)))
        {
            return false;
        }

        if (from.Refusal is not null)
        {
            return true;
        }

        try
        {
            Found[part] = stored.Decide(newest?[part], out Newest[part]);
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException or InvalidOperationException)
        {
            // Not at the cost of those who share the connection: the script's way says what is wrong with this one.
            Found[part] = null;
        }

        return true;
    }

    private static void WriteEntry(RespBuffer to, string id, long? number)
    {
        if (number is not { } seq)
        {
            to.Raw("*6\r\n$9\r\nXREVRANGE\r\n"u8);
            to.ConversationKey(id, "log"u8);
            to.Raw("$1\r\n+\r\n$1\r\n-\r\n$5\r\nCOUNT\r\n$1\r\n1\r\n"u8);
            return;
        }

        // A number alone, as both ends of a range, is every entry with it: there is one.
        to.Raw("*4\r\n$6\r\nXRANGE\r\n"u8);
        to.ConversationKey(id, "log"u8);
        to.Number(seq);
        to.Number(seq);
        to.Raw("*5\r\n$5\r\nHMGET\r\n"u8);
        to.ConversationKey(id, "patch"u8);
        to.Number(seq);
        to.Number(seq, (byte)'e');
        to.Number(seq, (byte)'d');
    }

    private void OfReader(RespBuffer to, string id, ReadOnlySpan<byte> part)
    {
        to.Raw("*3\r\n$4\r\nHGET\r\n"u8);
        to.ConversationKey(id, part);
        to.Text(reader.User);
    }

    private static bool TryReadMeta(scoped ref RespReader from, scoped ref StoredSummary stored)
    {
        if (!from.TryOptionalList(MetaFields, out int count))
        {
            return false;
        }

        return count != MetaFields
            || (from.TryOptionalText(out stored.Epoch, out stored.Exists)
                && from.TryOptionalText(out stored.Last, out _)
                && from.TryOptionalText(out stored.First, out _)
                && from.TryOptionalText(out stored.History, out _)
                && from.TryOptionalText(out _, out stored.Deleted)
                && from.TryOptionalText(out stored.Title, out _)
                && from.TryOptionalText(out stored.Pinned, out _)
                && from.TryOptionalText(out stored.Newest, out _)
                && from.TryOptionalText(out stored.Count, out _)
                && from.TryOptionalText(out stored.BeforeFirst, out _));
    }

    // At most one entry: its id, and its fields, of which the first is the message.
    private static bool TryReadEntry(scoped ref RespReader from, scoped ref StoredSummary stored)
    {
        if (!from.TryOptionalList(1, out int entries))
        {
            return false;
        }

        if (entries <= 0)
        {
            return true;
        }

        if (!from.TryList(EntryParts, out _)
            || !from.TryOptionalText(out stored.EntryId, out _)
            || !from.TryList(EntryFields, out int fields)
            || !from.TryOptionalText(out _, out _)
            || !from.TryOptionalText(out stored.Entry, out _))
        {
            return false;
        }

        for (int i = 2; i < fields; i++)
        {
            if (!from.TryOptionalText(out _, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadPatch(scoped ref RespReader from, scoped ref StoredSummary stored)
    {
        if (!from.TryOptionalList(PatchFields, out int count))
        {
            return false;
        }

        return count != PatchFields
            || (from.TryOptionalText(out stored.Patch, out _)
                && from.TryOptionalText(out stored.Edited, out _)
                && from.TryOptionalText(out stored.Tombstone, out _));
    }
}
