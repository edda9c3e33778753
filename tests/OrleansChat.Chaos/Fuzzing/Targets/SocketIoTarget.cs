using System.Text.Json;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>Packets of Socket.IO with their attachments. Messages of the engine below are separated by 0xff; one that begins with <c>b</c> is binary.</summary>
internal static class SocketIoTarget
{
    private static readonly SocketIoLimits Limits = new() { Attachments = 4, Bytes = 4096, Depth = 8, Namespace = 32 };

    public static FuzzTarget Create() => new(
        "socketio",
        [
            "0", "0/chat,{\"token\":\"x\"}", "2[\"message\",{\"a\":1}]", "212[\"say\",\"hi\"]", "3/chat,7[true]", "1", "4{\"message\":\"no\"}", "51-[\"file\",{\"_placeholder\":true,\"num\":0}]\u00ffbxyz",
            "62-9[{\"_placeholder\":true,\"num\":1},{\"num\":0,\"_placeholder\":true}]\u00ffb1\u00ffb2", "51-[\"x\",{\"_placeholder\":true,\"num\":9,\"x\":{}}]\u00ffb1", "2[\"connect\"]", "2[1,2]",
        ],
        [
            "0", "2", "5", "6", "1-", "2-", "/chat,", "/", ",", "?a=b", "12", "[", "]", "{", "}", "\"", ":", "\"e\"", "\"_placeholder\":true", "\"_placeholder\":false", "\"num\":", "\"num\":0", "\u00ff", "\u00ffb",
            "{\"_placeholder\":true,\"num\":0}", "\"connect\"", "\"\\u0063onnect\"", "[[[[[", "{\"a\":", "\\ud800", "null",
        ],
        Parse);

    private static string Parse(byte[] input)
    {
        var decoder = new SocketIoDecoder(Limits);
        HashSet<string> kinds = [];
        ReadOnlyMemory<byte> rest = input;
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf((byte)0xff);
            ReadOnlyMemory<byte> message = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            bool binary = message.Length > 0 && message.Span[0] == (byte)'b';
            SocketIoStatus status = binary ? decoder.AddBinary(message[1..], out SocketIoPacket? packet) : decoder.Add(message, out packet);
            FuzzTarget.Demand(status == SocketIoStatus.Packet == packet is not null, "a packet was read and is not there");
            if (packet is not null)
            {
                Check(packet);
                kinds.Add($"{packet.Type}{packet.Attachments.Count}{packet.Id is null}{FuzzTarget.Magnitude(packet.Namespace.Length)}{FuzzTarget.Magnitude(packet.Data.Length)}");
            }
            else
            {
                kinds.Add($"{status}{(status == SocketIoStatus.Invalid ? message.IsEmpty ? '-' : (char)message.Span[0] : '+')}");
            }
        }

        return string.Join(' ', kinds.Order(StringComparer.Ordinal).Take(2));
    }

    private static void Check(SocketIoPacket packet)
    {
        FuzzTarget.Demand(packet.Attachments.Count <= Limits.Attachments, "too many attachments");
        FuzzTarget.Demand(packet.Data.Length + packet.Attachments.Sum(one => one.Length) <= Limits.Bytes, "a packet is too large");
        FuzzTarget.Demand(packet.Namespace.StartsWith('/') && !packet.Namespace.Contains(',', StringComparison.Ordinal), "a namespace is none");
        if (!packet.Data.IsEmpty)
        {
            using JsonDocument data = JsonDocument.Parse(packet.Data, new JsonDocumentOptions { MaxDepth = Limits.Depth });
            CheckPlaceholders(data.RootElement, packet.Attachments.Count);
        }

        SocketIoStatus again = new SocketIoDecoder(Limits).Add(SocketIoEncoder.Encode(packet), out SocketIoPacket? same);
        FuzzTarget.Demand(again == (packet.Attachments.Count == 0 ? SocketIoStatus.Packet : SocketIoStatus.NeedsMore), "a packet that was read cannot be written and read again");
        FuzzTarget.Demand(
            same is null || ((same.Type, same.Namespace, same.Id) == (packet.Type, packet.Namespace, packet.Id) && same.Data.Span.SequenceEqual(packet.Data.Span)), "a packet comes back as another one");
    }

    private static void CheckPlaceholders(JsonElement json, int attachments)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in json.EnumerateArray())
            {
                CheckPlaceholders(item, attachments);
            }
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            bool placeholder = attachments > 0 && json.TryGetProperty("_placeholder", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
            FuzzTarget.Demand(
                !placeholder || (json.TryGetProperty("num", out JsonElement num) && num.ValueKind == JsonValueKind.Number && num.TryGetInt32(out int at) && at >= 0 && at < attachments),
                "a placeholder stands for no attachment");
            foreach (JsonProperty member in json.EnumerateObject())
            {
                CheckPlaceholders(member.Value, attachments);
            }
        }
    }
}
