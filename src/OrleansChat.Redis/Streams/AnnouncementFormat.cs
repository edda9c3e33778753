using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrleansChat.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>
/// What goes over a node's channel: one line <c>kind namespace key epoch seq from</c>, where <c>-</c> stands for nothing, then the payload.
/// Scripts write it too.
/// </summary>
internal static class AnnouncementFormat
{
    public const byte Item = (byte)'S';
    public const byte Heartbeat = (byte)'H';

    // By AnnouncementKind; Interrupted never travels.
    private const string Kinds = "EVFURQ";

    public static byte[] Write(StreamName stream, Announcement announcement)
    {
        if ((uint)announcement.Kind >= Kinds.Length)
        {
            throw new ArgumentException($"{announcement.Kind} is something a node tells itself and cannot be announced.", nameof(announcement));
        }

        return Write(
            Kinds[(int)announcement.Kind], stream, Field(announcement.Epoch), announcement.Seq, Field(announcement.From), announcement.Payload.Span);
    }

    public static byte[] WriteItem(StreamName stream, ReadOnlySpan<byte> json) => Write((char)Item, stream, "-", 0, "-", json);

    public static byte[] WriteHeartbeat(long number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"H - - - {number} -\n"));

    /// <summary>Reads the header. False when it is not one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out Arrival arrival)
    {
        arrival = default;
        int end = message.IndexOf((byte)'\n');
        if (end < 3 || message[1] != ' ')
        {
            return false;
        }

        ReadOnlySpan<byte> rest = message[2..end];
        if (!TryTake(ref rest, out ReadOnlySpan<byte> ns) || !TryTake(ref rest, out ReadOnlySpan<byte> key)
            || !TryTake(ref rest, out ReadOnlySpan<byte> epoch) || !TryTake(ref rest, out ReadOnlySpan<byte> number)
            || rest.IsEmpty || rest.Contains((byte)' '))
        {
            return false;
        }

        long seq = 0;
        bool isNumber = Utf8Parser.TryParse(number, out seq, out int used) && used == number.Length && seq >= 0;
        if (!isNumber && !number.SequenceEqual("-"u8))
        {
            return false;
        }

        arrival = new Arrival
        {
            Kind = message[0],
            Stream = message.Slice(2, ns.Length + 1 + key.Length),
            Epoch = Field(epoch),
            Seq = seq,
            From = Field(rest),
            PayloadAt = end + 1,
        };
        return true;
    }

    /// <summary>What a header's letter means. False for items of streams in general and for unknown letters.</summary>
    public static bool TryKind(byte letter, out AnnouncementKind kind)
    {
        int index = Kinds.IndexOf((char)letter, StringComparison.Ordinal);
        kind = (AnnouncementKind)index;
        return index >= 0;
    }

    private static byte[] Write(char kind, StreamName stream, string epoch, long seq, string from, ReadOnlySpan<byte> payload)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"{kind} {stream.Namespace} {stream.Key} {epoch} {seq} {from}\n");
        int length = Encoding.UTF8.GetByteCount(head);
        byte[] message = new byte[length + payload.Length];
        Encoding.UTF8.GetBytes(head, message);
        payload.CopyTo(message.AsSpan(length));
        return message;
    }

    private static string Field(string value)
    {
        if (value.AsSpan().ContainsAny(' ', '\n'))
        {
            throw new ArgumentException($"'{value}' cannot stand in an announcement's header.", nameof(value));
        }

        return value.Length == 0 ? "-" : value;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text) => text.SequenceEqual("-"u8) ? default : text;

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        int space = rest.IndexOf((byte)' ');
        field = space > 0 ? rest[..space] : default;
        rest = space > 0 ? rest[(space + 1)..] : default;
        return space > 0;
    }
}

/// <summary>The header of an announcement that came in.</summary>
internal ref struct Arrival
{
    public byte Kind;
    public ReadOnlySpan<byte> Stream;
    public ReadOnlySpan<byte> Epoch;
    public long Seq;
    public ReadOnlySpan<byte> From;
    public int PayloadAt;
}
