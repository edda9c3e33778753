using System.Net;
using System.Net.Sockets;

namespace OrleansChat.Server.Options;

/// <summary>Reads <c>10.0.0.0/8,127.0.0.1,::1</c>.</summary>
internal static class ProxyList
{
    /// <summary>Null: something in it is neither an address nor a network.</summary>
    public static IReadOnlyList<IPNetwork>? Parse(string text)
    {
        List<IPNetwork> networks = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(part, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            }
            else if (IPNetwork.TryParse(part, out IPNetwork network))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return networks.Count > 0 ? networks : null;
    }
}
