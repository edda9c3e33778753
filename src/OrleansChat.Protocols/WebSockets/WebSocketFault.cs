namespace OrleansChat.Protocols.WebSockets;

/// <summary>What a client did that ends its connection.</summary>
public enum WebSocketFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A frame that no client may send: close code 1002.</summary>
    Protocol,

    /// <summary>A text that is not UTF-8: close code 1007.</summary>
    NotUtf8,

    /// <summary>A message that is not text.</summary>
    NotText,

    /// <summary>A message beyond the limit.</summary>
    TooLarge,
}
