using System.Buffers.Text;
using System.Text;
using OrleansChat.Conversations;

namespace OrleansChat.Redis.Conversations;

/// <summary>
/// What one step read of a conversation for one member, as Redis has it, and what follows from it: the same as <c>summary.lua</c> decides, with
/// which the log's suites compare it. It never refuses anybody itself: whoever is not surely a member is left to the script.
/// </summary>
internal ref struct StoredSummary(ConversationId conversation, Actor reader)
{
    public bool Exists;
    public bool Deleted;
    public long Members;
    public ReadOnlySpan<byte> Epoch;
    public ReadOnlySpan<byte> Last;
    public ReadOnlySpan<byte> First;
    public ReadOnlySpan<byte> History;
    public ReadOnlySpan<byte> Title;
    public ReadOnlySpan<byte> Pinned;
    public ReadOnlySpan<byte> Newest;
    public ReadOnlySpan<byte> Count;
    public ReadOnlySpan<byte> BeforeFirst;
    public ReadOnlySpan<byte> Member;
    public ReadOnlySpan<byte> Read;
    public ReadOnlySpan<byte> Delivered;
    public ReadOnlySpan<byte> EntryId;
    public ReadOnlySpan<byte> Entry;
    public ReadOnlySpan<byte> Patch;
    public ReadOnlySpan<byte> Edited;
    public ReadOnlySpan<byte> Tombstone;

    /// <summary>A stored number.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static long Number(ReadOnlySpan<byte> text, long otherwise) =>
        text.IsEmpty ? otherwise
        : Utf8Parser.TryParse(text, out long number, out int used) && used == text.Length ? number
        : throw new FormatException("A number was expected in storage.");

    /// <summary>The conversation as the reader sees it; null when the script, or a second look, has to say.</summary>
    /// <param name="looked">The number of the entry that was read with what was made of it; null when the last entry was read.</param>
    /// <param name="newest">The number to look at a second time; else 0.</param>
    public readonly Summary? Decide(long? looked, out long newest)
    {
        newest = 0;
        if (!Exists || Deleted || !TryMember(out MemberRole role, out long joined, out long muted))
        {
            return null;
        }

        long last = Number(Last, 0), first = Number(First, 1);
        long from = conversation.IsDirect || History.SequenceEqual("joined"u8) ? Math.Max(first, joined) : first;
        ReadOnlyMemory<byte> message = default;
        long number = Number(Newest, 0);
        if (number >= from)
        {
            if (looked is { } seq ? seq != number : number != last || !IsEntry(number))
            {
                newest = looked is null ? number : 0;
                return null;
            }

            // What is made of a message is an entry after it: there is nothing when it is the last.
            message = Tombstone.IsEmpty ? MessageOverlay.Apply(Entry.ToArray(), Patch.ToArray(), Edited.ToArray()) : Tombstone.ToArray();
        }

        int colon = Read.IndexOf((byte)':');
        long read = Math.Min(colon < 0 ? 0 : Number(Read[..colon], 0), last);
        long counted = colon < 0 ? 0 : Number(Read[(colon + 1)..], 0);
        return new Summary(
            conversation.Value,
            Encoding.UTF8.GetString(Title),
            Encoding.UTF8.GetString(Epoch),
            Last: last,
            Read: read,
            Delivered: Math.Max(read, Math.Min(Number(Delivered, 0), last)),

            // What is gone cannot be read any more.
            Unread: Math.Max(0, Number(Count, 0) - Math.Max(counted, Number(BeforeFirst, 0))),
            LastMessage: message,
            Members: conversation.IsDirect ? 2 : (int)Members,
            role,
            muted,
            MemberCodes.Numbers(Pinned),
            From: from,
            First: first,
            JoinedAt: joined);
    }

    private readonly bool IsEntry(long number) =>
        Utf8Parser.TryParse(EntryId, out long seq, out int used) && seq == number && EntryId[used..].SequenceEqual("-0"u8);

    // role:from:incarnation:mute:flags, see log-common.lua.
    private readonly bool TryMember(out MemberRole role, out long joined, out long muted)
    {
        (role, joined, muted) = (MemberRole.Member, 0, 0);
        Span<Range> parts = stackalloc Range[5];
        int count = 0;
        foreach (Range part in Member.Split((byte)':'))
        {
            if (count == parts.Length)
            {
                return false;
            }

            parts[count++] = part;
        }

        if (count < parts.Length || Member[0] == (byte)'-' || !IsIncarnation(Member[parts[2]]))
        {
            return false;
        }

        role = MemberCodes.Role(Member[parts[0]]);
        joined = Number(Member[parts[1]], 0);
        muted = Number(Member[parts[3]], 0);
        return true;
    }

    private readonly bool IsIncarnation(ReadOnlySpan<byte> text) => Ascii.Equals(text, reader.Incarnation);
}
