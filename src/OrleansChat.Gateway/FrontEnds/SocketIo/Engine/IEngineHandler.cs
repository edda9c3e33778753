using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Engine;

/// <summary>What runs on top of an engine session. Messages come one after the other; the next is not read before the answer is done.</summary>
internal interface IEngineHandler
{
    /// <summary>Takes a message. Its data is valid until the task is done. Must not wait for something to be sent.</summary>
    ValueTask OnMessageAsync(EnginePacket message);

    /// <summary>All messages that came together have been given. Called from where messages come from.</summary>
    void OnTogether();

    /// <summary>The client has shown a sign of life.</summary>
    void OnAlive();

    /// <summary>The session is over. Called once, and never from inside one of the session's own calls.</summary>
    void OnClosed(EngineCloseReason reason);
}

/// <summary>Why an engine session ended.</summary>
internal enum EngineCloseReason
{
    /// <summary>The client closed the transport or asked to close the session.</summary>
    ByClient,

    /// <summary>The transport broke.</summary>
    Broken,

    /// <summary>No sign of life in time.</summary>
    PingTimeout,

    /// <summary>The client does not keep to the protocol.</summary>
    ProtocolError,

    /// <summary>This side ended it.</summary>
    ByServer,
}
