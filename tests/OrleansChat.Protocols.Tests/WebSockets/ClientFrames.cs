using System.Buffers;
using System.Buffers.Binary;

namespace OrleansChat.Protocols.Tests.WebSockets;

/// <summary>Writes the frames of a client, right and wrong ones.</summary>
internal static class ClientFrames
{
    private static readonly byte[] Mask = [0x12, 0xF4, 0x5A, 0x07];

    public static byte[] Text(string text, bool final = true) => Of((final ? 0x80 : 0) | 1, System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] More(string text, bool final) => Of(final ? 0x80 : 0, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A masked frame with this first byte.</summary>
    public static byte[] Of(int first, params ReadOnlySpan<byte> payload)
    {
        byte[] extended = payload.Length switch { < 126 => [], <= ushort.MaxValue => new byte[2], _ => new byte[8] };
        if (extended.Length == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(extended, (ushort)payload.Length);
        }
        else if (extended.Length == 8)
        {
            BinaryPrimitives.WriteInt64BigEndian(extended, payload.Length);
        }

        byte length = (byte)(0x80 | (extended.Length switch { 0 => payload.Length, 2 => 126, _ => 127 }));
        byte[] masked = payload.ToArray();
        for (int i = 0; i < masked.Length; i++)
        {
            masked[i] ^= Mask[i % 4];
        }

        return [(byte)first, length, .. extended, .. Mask, .. masked];
    }

    public static byte[] Close(int code, string reason = "") => Of(0x88, [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)]);

    /// <summary>Bytes in segments of so many each.</summary>
    public static ReadOnlySequence<byte> Split(byte[] bytes, int size)
    {
        Piece? first = null, last = null;
        for (int at = 0; at < bytes.Length; at += size)
        {
            var piece = new Piece(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), last);
            first ??= piece;
            last = piece;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
