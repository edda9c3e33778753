namespace OrleansChat.Protocols.WebSockets;

/// <summary>The close codes of RFC 6455, section 7.4.1, that a server gives.</summary>
public static class WebSocketCloseCode
{
    /// <summary>The connection has done its work.</summary>
    public const int Normal = 1000;

    /// <summary>A frame that no client may send.</summary>
    public const int Protocol = 1002;

    /// <summary>A text that is not UTF-8.</summary>
    public const int NotUtf8 = 1007;

    /// <summary>A message longer than permitted.</summary>
    public const int TooLarge = 1009;
}
