using System.Buffers;
using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>Bodies of long-polling requests of Engine.IO.</summary>
internal static class EngineIoTarget
{
    public static FuzzTarget Create() => new(
        "engineio",
        ["4hello", "2\u001e4hello\u001ebAQIDBA==", "2probe", "1", "b", "bAQ=", "\u001e", "4\u001e", "7x"],
        ["0", "1", "2", "3", "4", "5", "6", "7", "b", "=", "==", "A", "AQID", "\u001e", "probe", "\u00c3", "\u00c3\u00a9", " ", "\n"],
        Parse);

    private static string Parse(byte[] input)
    {
        ReadOnlyMemory<byte> rest = input;
        List<EnginePacket> packets = [];
        EnginePayloadStatus status;
        do
        {
            int before = rest.Length;
            ReadOnlyMemory<byte> tried = rest;
            FuzzTarget.Demand(
                EnginePayload.TryRead(ref tried, complete: false, out _) != EnginePayloadStatus.NeedsMore || tried.Length == before, "a part of a packet was taken");
            status = EnginePayload.TryRead(ref rest, complete: true, out EnginePacket packet);
            FuzzTarget.Demand(status != EnginePayloadStatus.NeedsMore, "more is waited for where there is no more");
            if (status == EnginePayloadStatus.Packet)
            {
                FuzzTarget.Demand(rest.Length < before, "nothing was taken");
                packets.Add(packet);
            }
        }
        while (status == EnginePayloadStatus.Packet && !rest.IsEmpty);

        FuzzTarget.Demand(packets.Sum(packet => packet.Data.Length) <= input.Length, "packets are larger than what held them");
        if (packets.Count > 0)
        {
            CheckWritten(packets);
        }

        return $"{status} {string.Join(' ', packets.Select(packet => $"{packet.Type}{packet.IsBinary}{Math.Min(3, FuzzTarget.Magnitude(packet.Data.Length))}").Take(2))}";
    }

    private static void CheckWritten(List<EnginePacket> packets)
    {
        var written = new ArrayBufferWriter<byte>();
        EnginePayload.Write(packets, written);
        ReadOnlyMemory<byte> rest = written.WrittenMemory;
        foreach (EnginePacket packet in packets)
        {
            FuzzTarget.Demand(EnginePayload.TryRead(ref rest, complete: true, out EnginePacket same) == EnginePayloadStatus.Packet, "what was read cannot be written and read again");
            FuzzTarget.Demand((same.Type, same.IsBinary) == (packet.Type, packet.IsBinary) && same.Data.Span.SequenceEqual(packet.Data.Span), "a packet comes back as another one");
        }

        FuzzTarget.Demand(rest.IsEmpty, "more comes back than was written");
    }
}
