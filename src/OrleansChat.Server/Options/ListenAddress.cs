using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansChat.Server.Options;

/// <summary>Where a door listens. Port 0 takes a free one.</summary>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    /// <summary>Whether nobody chose it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether only programs on this machine can come in.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads <c>address:port</c>; the address is an IP address, <c>localhost</c>, or <c>*</c> for every one of the machine.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
        {
            return false;
        }

        string host = text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        IPAddress? ip = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            _ when bracketed || !host.Contains(':', StringComparison.Ordinal) => IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? parsed) ? parsed : null,
            _ => null,
        };
        address = ip is null ? null : new ListenAddress(ip, port);
        return address is not null;
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
