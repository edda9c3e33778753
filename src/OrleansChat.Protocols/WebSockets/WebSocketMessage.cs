namespace OrleansChat.Protocols.WebSockets;

/// <summary>A whole message among others.</summary>
/// <param name="End">Where it ends; LF stands there, and behind it the next one begins.</param>
/// <param name="IsBinary">Whether it is bytes rather than text.</param>
public readonly record struct WebSocketMessage(int End, bool IsBinary);
