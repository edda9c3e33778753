using Microsoft.AspNetCore.Http;

namespace OrleansChat.Gateway.FrontEnds;

/// <summary>
/// Pages of other origins must not open connections with their visitors' cookies or tokens. Programs that are not browsers send no origin.
/// </summary>
internal sealed class OriginCheck(GatewayOptions options)
{
    public bool Permits(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
            || options.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }
}
