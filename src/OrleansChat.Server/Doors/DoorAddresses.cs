using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansChat.Server.Options;
using OrleansChat.Server.Tls;

namespace OrleansChat.Server.Doors;

/// <summary>The doors as they are open: name and address, <c>off</c> where closed.</summary>
internal sealed record DoorAddresses(string Http, string Line, string Resp)
{
    /// <summary>
    /// Finds a busy port that somebody chose before anything is started, and thus without anything to take back. Doors that nobody chose can stay shut.
    /// </summary>
    /// <exception cref="DoorException">With the line for the operator.</exception>
    public static void EnsureFree(ServerOptions options)
    {
        foreach ((Setting setting, ListenAddress address) in Wanted(options).Where(door => !door.Address.IsDefault))
        {
            if (Try(address) is { } refused)
            {
                throw DoorException.Of(setting, address, refused);
            }
        }
    }

    /// <summary>
    /// Closes the doors that nobody asked for and whose default address is in use: a second node on the same machine starts with
    /// nothing but another <c>--http</c>.
    /// </summary>
    public static ServerOptions WithoutBusyDefaults(ServerOptions options) =>
        options with { Line = FreeOrChosen(options.Line), Resp = FreeOrChosen(options.Resp) };

    public static IEnumerable<(Setting Setting, ListenAddress Address)> Wanted(ServerOptions options)
    {
        yield return (Settings.Http, options.Http);
        if (options.Line is not null)
        {
            yield return (Settings.Line, options.Line);
        }

        if (options.Resp is not null)
        {
            yield return (Settings.Resp, options.Resp);
        }
    }

    private static ListenAddress? FreeOrChosen(ListenAddress? door) =>
        door is { IsDefault: true } && Try(door)?.SocketErrorCode == SocketError.AddressAlreadyInUse ? null : door;

    private static SocketException? Try(ListenAddress address)
    {
        try
        {
            using Socket socket = new(address.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address.Address, address.Port));
            socket.Listen();
            return null;
        }
        catch (SocketException exception)
        {
            return exception;
        }
    }

    /// <summary>After the start, when a port that was to be chosen is known.</summary>
    public static DoorAddresses Of(WebApplication app, ServerOptions options)
    {
        ICollection<string> bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

        // In the order in which the application listens: HTTP, line, RESP.
        string[] addresses = [.. bound.Select(address => new Uri(address).Authority)];
        string Next(ListenAddress? wanted, ref int index) => wanted is null ? "off" : addresses[index++];
        int next = 0;
        string scheme = options.SpeaksTls(Settings.Http) ? "https://" : "http://";
        return new DoorAddresses(scheme + Next(options.Http, ref next), Next(options.Line, ref next), Next(options.Resp, ref next));
    }
}
