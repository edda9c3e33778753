using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace OrleansChat.Server.Proxies;

/// <summary>
/// Takes the client's address and the scheme of the page from <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, when a trusted proxy says so: limits by
/// address and the check of origins go by them. What anybody else writes there is ignored.
/// </summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this IApplicationBuilder app, IReadOnlyList<IPNetwork> networks)
    {
        // Without any network the framework would trust everybody.
        if (networks.Count == 0)
        {
            return;
        }

        ForwardedHeadersOptions options = new()
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,

            // Through as many proxies as are trusted; the first other address from the right is the client.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (IPNetwork network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}
