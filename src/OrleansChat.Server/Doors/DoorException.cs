using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using OrleansChat.Server.Options;

namespace OrleansChat.Server.Doors;

/// <summary>A door that cannot open; the message is one line that says why and what to do.</summary>
internal sealed class DoorException(string message, Exception cause) : Exception(message, cause)
{
    public static DoorException Of(Setting setting, ListenAddress address, SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new($"--{setting.Name} {address}: another program listens there: stop it, or give another address", cause),
        SocketError.AccessDenied => new($"--{setting.Name} {address}: this user may not listen there: give a port from 1024 on", cause),
        SocketError.AddressNotAvailable => new($"--{setting.Name} {address}: this machine has no such address: give one of its own, or * for all", cause),
        _ => new($"--{setting.Name} {address}: cannot listen there ({cause.Message}): give another address", cause),
    };

    /// <summary>For the case that another program took a port after it was found free; null where that is not what happened.</summary>
    public static DoorException? Of(ServerOptions options, IOException failure) =>
        failure.InnerException is AddressInUseException
            ? new($"another program listens on one of {string.Join(", ", DoorAddresses.Wanted(options).Select(door => door.Address))}: stop it, or give another address", failure)
            : null;
}
