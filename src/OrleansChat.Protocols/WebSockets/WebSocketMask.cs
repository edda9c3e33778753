using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansChat.Protocols.WebSockets;

/// <summary>Takes the mask off what a client sends (RFC 6455, 5.3).</summary>
public static class WebSocketMask
{
    /// <summary>Unmasks in place.</summary>
    /// <param name="bytes">A piece of a payload.</param>
    /// <param name="mask">The mask, its first byte on the wire the lowest.</param>
    /// <param name="phase">How many bytes of the payload came before; only its last two bits count.</param>
    public static void Remove(Span<byte> bytes, uint mask, long phase)
    {
        uint turned = BitOperations.RotateRight(mask, 8 * (int)(phase & 3));
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ulong wide = ((ulong)turned << 32) | turned;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] ^= wide;
        }

        for (int i = words.Length * sizeof(ulong); i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(turned >> (8 * (i & 3)));
        }
    }
}
