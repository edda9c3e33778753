using System.Text.Json;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

/// <summary>A namespace that clients can connect to.</summary>
internal interface ISocketIoNamespace
{
    /// <summary>
    /// Takes in a client: says so with <see cref="SocketIoSocket.Accept"/> and answers what hears its events. Null: the client is refused,
    /// of which it has been told.
    /// </summary>
    /// <param name="socket">The client's place in this namespace.</param>
    /// <param name="auth">What the client sent along: an object.</param>
    ValueTask<ISocketIoHandler?> ConnectAsync(SocketIoSocket socket, JsonElement auth);
}

/// <summary>Hears one client in one namespace. Nothing here may wait for something to be sent.</summary>
internal interface ISocketIoHandler
{
    /// <summary>An event came; the next message is not read before the task is done.</summary>
    ValueTask OnEventAsync(SocketIoEvent received);

    /// <summary>All messages that came together have been given.</summary>
    void OnTogether();

    /// <summary>The client has shown a sign of life.</summary>
    void OnAlive();

    /// <summary>The client has left. Called once.</summary>
    /// <param name="clean">Whether it said so itself; otherwise the transport was lost and it may come back.</param>
    void OnLeft(bool clean);
}

/// <summary>An event from a client.</summary>
/// <param name="Name">Its name; empty when it is a number.</param>
/// <param name="Arguments">A JSON array, name included; valid until the event has been taken.</param>
/// <param name="AckId">The number to answer to; null when no answer is wanted.</param>
/// <param name="Attachments">What the placeholders in the arguments stand for.</param>
internal readonly record struct SocketIoEvent(string Name, JsonElement Arguments, long? AckId, IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>The argument after the name at this place, or <see cref="JsonValueKind.Undefined"/>.</summary>
    public JsonElement Argument(int index) => index + 1 < Arguments.GetArrayLength() ? Arguments[index + 1] : default;
}
