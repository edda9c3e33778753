using Microsoft.Extensions.Primitives;

namespace OrleansChat.Server.Web;

/// <summary>What the page may do. It runs and loads only what this server serves, and talks to the nodes alone.</summary>
internal sealed class WebPolicies
{
    private readonly StringValues _contentSecurity;

    /// <param name="peers">Addresses of the nodes as browsers reach them.</param>
    public WebPolicies(IReadOnlyList<string> peers)
    {
        string nodes = string.Concat(peers.Select(peer => $" {peer} {Socket(peer)}"));
        _contentSecurity =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; manifest-src 'self'; " +
            $"connect-src 'self'{nodes}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    public void Write(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = _contentSecurity;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static string Socket(string peer) => "ws" + peer["http".Length..];
}
