using System.Buffers;
using System.Buffers.Text;
using System.Text;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.FrontEnds.Sse;

/// <summary>
/// The form of an event's <c>id</c>: everything that a client has, opaque to it, in base64url. A conversation is named by 48 bits of a hash,
/// which the user's own list turns back into its name; a position that is taken for another's has another epoch and is not resumed.
/// </summary>
/// <param name="Places">The position in each conversation.</param>
/// <param name="Whole">Whether these are all conversations that the client knew of, and not only those that moved last.</param>
internal sealed record ResumePosition(IReadOnlyList<ResumePlace> Places, bool Whole)
{
    /// <summary>The most conversations in one id: those that moved last. Bounds an id to about 6 KB.</summary>
    public const int MaxPlaces = 200;

    private const byte Version = 1;
    private const int HeadLength = 2;
    private const int KeyLength = 6;
    private const int MaxEpoch = 32;
    private const int MaxNumber = 9;
    private const int MaxText = MaxPlaces * (KeyLength + 1 + MaxEpoch + MaxNumber) * 2;

    /// <summary>What stands for a conversation's name.</summary>
    public static ulong KeyOf(string conversation) => MessageTail.Hash(Encoding.UTF8.GetBytes(conversation)) >> (64 - (8 * KeyLength));

    public string Write()
    {
        var bytes = new ArrayBufferWriter<byte>(HeadLength + (Places.Count * 24));
        bytes.Write([Version, (byte)(Whole ? 1 : 0)]);
        foreach (ResumePlace place in Places)
        {
            Span<byte> span = bytes.GetSpan(KeyLength + 1 + MaxEpoch + MaxNumber + 1);
            int n = 0;
            for (int i = 0; i < KeyLength; i++)
            {
                span[n++] = (byte)(place.Key >> (8 * i));
            }

            n += 1 + (span[n] = (byte)Encoding.ASCII.GetBytes(place.Epoch, span[(n + 1)..]));
            ulong left = (ulong)place.Seq;
            for (; left >= 0x80; left >>= 7)
            {
                span[n++] = (byte)(left | 0x80);
            }

            span[n++] = (byte)left;
            bytes.Advance(n);
        }

        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null for anything else.</summary>
    public static ResumePosition? Read(string text)
    {
        if (text.Length > MaxText || !Base64Url.IsValid(text))
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < HeadLength || bytes[0] != Version || bytes[1] > 1)
        {
            return null;
        }

        bool whole = bytes[1] == 1;
        bytes = bytes[HeadLength..];
        var places = new List<ResumePlace>();
        while (!bytes.IsEmpty)
        {
            if (places.Count == MaxPlaces || !TryReadPlace(ref bytes, out ResumePlace place))
            {
                return null;
            }

            places.Add(place);
        }

        return new ResumePosition(places, whole);
    }

    private static bool TryReadPlace(ref ReadOnlySpan<byte> bytes, out ResumePlace place)
    {
        place = default;
        if (bytes.Length < KeyLength + 1 || bytes[KeyLength] > MaxEpoch || bytes.Length < KeyLength + 1 + bytes[KeyLength] + 1)
        {
            return false;
        }

        ulong key = 0;
        for (int i = 0; i < KeyLength; i++)
        {
            key |= (ulong)bytes[i] << (8 * i);
        }

        string epoch = Encoding.ASCII.GetString(bytes.Slice(KeyLength + 1, bytes[KeyLength]));
        bytes = bytes[(KeyLength + 1 + epoch.Length)..];
        long seq = 0;
        for (int i = 0; i < MaxNumber && i < bytes.Length; i++)
        {
            seq |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                place = new ResumePlace(key, epoch, seq);
                return true;
            }
        }

        return false;
    }
}

/// <summary>A position in one conversation.</summary>
/// <param name="Key">Stands for the conversation.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Seq">The number of the last entry that the client has.</param>
internal readonly record struct ResumePlace(ulong Key, string Epoch, long Seq);
