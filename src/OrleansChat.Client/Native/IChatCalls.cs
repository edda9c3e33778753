using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>Whatever can carry a command to the server: one connection, or a client that reconnects.</summary>
public interface IChatCalls
{
    /// <summary>Sends a command and waits for its answer.</summary>
    /// <param name="command">The value of <c>do</c>.</param>
    /// <param name="parameters">Writes the parameters' properties into the open object.</param>
    /// <param name="cancel">Gives up waiting; the command may still happen.</param>
    /// <exception cref="ChatException">The server refused, or the connection ended.</exception>
    Task<NativeReply> CallAsync(string command, Action<Utf8JsonWriter>? parameters, CancellationToken cancel = default);
}
