using System.Globalization;
using System.Text;

namespace OrleansChat.Protocols.EngineIo;

/// <summary>What the server tells a client that opens a session.</summary>
/// <param name="Sid">The session's id; letters, digits, <c>-</c> and <c>_</c> only.</param>
/// <param name="CanUpgrade">Whether the client may go on by WebSocket.</param>
/// <param name="PingInterval">How often the server sends a heartbeat.</param>
/// <param name="PingTimeout">How long it waits for the answer.</param>
/// <param name="MaxPayload">The largest message or polling body the server takes, in bytes.</param>
public readonly record struct EngineHandshake(string Sid, bool CanUpgrade, TimeSpan PingInterval, TimeSpan PingTimeout, int MaxPayload)
{
    /// <summary>The packet that opens the session.</summary>
    public EnginePacket ToPacket()
    {
        string upgrades = CanUpgrade ? "\"websocket\"" : string.Empty;
        string json = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"sid\":\"{Sid}\",\"upgrades\":[{upgrades}],\"pingInterval\":{(long)PingInterval.TotalMilliseconds},\"pingTimeout\":{(long)PingTimeout.TotalMilliseconds},\"maxPayload\":{MaxPayload}}}");
        return new EnginePacket(EnginePacketType.Open, Encoding.ASCII.GetBytes(json));
    }
}
