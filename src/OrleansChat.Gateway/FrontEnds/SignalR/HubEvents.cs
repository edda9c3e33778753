using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>Native events as invocations of the client's method <c>event</c>, made once for all connections.</summary>
internal static class HubEvents
{
    private const byte RecordSeparator = 0x1E;

    private static readonly object Format = new();

    public static SerializedHubMessage Encode(ChatEvent chatEvent) =>
        new([new SerializedMessage("json", chatEvent.As(Format, Invocation))]);

    private static byte[] Invocation(ChatEvent chatEvent) =>
        [.. "{\"type\":1,\"target\":\"event\",\"arguments\":["u8, .. chatEvent.Json, .. "]}"u8, RecordSeparator];
}
