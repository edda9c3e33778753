using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Protocols.SignalR;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>Native events as invocations of the client's method <c>event</c>, made once for all connections, and how they are written.</summary>
internal static class HubEvents
{
    private static readonly object Format = new();

    public static SerializedHubMessage Encode(ChatEvent chatEvent) => Of(Bytes(chatEvent));

    /// <summary>Writes what waits for a client at once: events, and answers that are messages already.</summary>
    public static async ValueTask WriteAsync(HubConnectionContext connection, List<OutboundItem> items)
    {
        if (items.Count <= 1)
        {
            // None, when the session was closed in between and what waited was dropped.
            if (items.Count == 0)
            {
                return;
            }

            await connection.WriteAsync(Of(Bytes(items[0])), connection.ConnectionAborted);
            return;
        }

        int length = 0;
        foreach (OutboundItem item in items)
        {
            length += Bytes(item).Length;
        }

        byte[] together = ArrayPool<byte>.Shared.Rent(length);
        int at = 0;
        foreach (OutboundItem item in items)
        {
            ReadOnlyMemory<byte> bytes = Bytes(item);
            bytes.CopyTo(together.AsMemory(at));
            at += bytes.Length;
        }

        // Copied by the time this is done; when it fails the array is left to the collector.
        await connection.WriteAsync(Of(together.AsMemory(0, length)), connection.ConnectionAborted);
        ArrayPool<byte>.Shared.Return(together);
    }

    private static SerializedHubMessage Of(ReadOnlyMemory<byte> bytes) => new([new SerializedMessage("json", bytes)]);

    private static ReadOnlyMemory<byte> Bytes(OutboundItem item) => item.Event is { } chatEvent ? Bytes(chatEvent) : item.Bytes;

    private static byte[] Bytes(ChatEvent chatEvent) => chatEvent.As(Format, Invocation);

    private static byte[] Invocation(ChatEvent chatEvent) =>
        [.. "{\"type\":1,\"target\":\"event\",\"arguments\":["u8, .. chatEvent.Json, .. "]}"u8, HubInvocation.Separator];
}
