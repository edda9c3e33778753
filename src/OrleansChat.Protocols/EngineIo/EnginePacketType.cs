namespace OrleansChat.Protocols.EngineIo;

/// <summary>The kinds of Engine.IO v4 packets; the value is the digit that stands for it on the wire.</summary>
public enum EnginePacketType
{
    /// <summary>Server to client: the handshake.</summary>
    Open = 0,

    /// <summary>The transport is to be closed.</summary>
    Close = 1,

    /// <summary>A heartbeat of the server; also the probe of a client that wants to upgrade.</summary>
    Ping = 2,

    /// <summary>The answer to a heartbeat or probe.</summary>
    Pong = 3,

    /// <summary>A message of the layer above.</summary>
    Message = 4,

    /// <summary>Client to server: the upgrade is complete.</summary>
    Upgrade = 5,

    /// <summary>Ends a pending poll without saying anything.</summary>
    Noop = 6,
}
