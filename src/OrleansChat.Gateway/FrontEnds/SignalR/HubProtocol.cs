using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>
/// The framework's JSON protocol for one connection, which takes the sends at the head of what was received for itself: the framework would
/// carry them out one by one, and nobody but the protocol sees that they came together.
/// </summary>
internal sealed class HubProtocol(JsonHubProtocol json) : IHubProtocol
{
    /// <summary>Takes the sends; null while the session is not open.</summary>
    public HubSends? Sends { get; set; }

    /// <inheritdoc />
    public string Name => json.Name;

    /// <inheritdoc />
    public int Version => json.Version;

    /// <inheritdoc />
    public TransferFormat TransferFormat => json.TransferFormat;

    /// <inheritdoc />
    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    /// <inheritdoc />
    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (Sends is { } sends && sends.TryTake(ref input))
        {
            // What was taken counts as read only with a message; this one says nothing.
            message = PingMessage.Instance;
            return true;
        }

        return json.TryParseMessage(ref input, binder, out message);
    }

    /// <inheritdoc />
    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => json.WriteMessage(message, output);

    /// <inheritdoc />
    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(message);
}

/// <summary>Gives every connection a protocol of its own.</summary>
internal sealed class HubProtocols(IEnumerable<IHubProtocol> known) : IHubProtocolResolver
{
    private readonly JsonHubProtocol _json = known.OfType<JsonHubProtocol>().First();

    /// <inheritdoc />
    public IReadOnlyList<IHubProtocol> AllProtocols => [_json];

    /// <inheritdoc />
    public IHubProtocol? GetProtocol(string protocolName, IReadOnlyList<string>? supportedProtocols) =>
        string.Equals(protocolName, _json.Name, StringComparison.OrdinalIgnoreCase) ? new HubProtocol(_json) : null;
}
