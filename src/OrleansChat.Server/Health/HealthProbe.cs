using System.Net;
using OrleansChat.Server.Options;
using OrleansChat.Server.Tls;

namespace OrleansChat.Server.Health;

/// <summary>Asks the server that the same options start: for a container's health check, in an image without any other program.</summary>
internal static class HealthProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>0: it is ready. 1: it is not, or does not answer.</summary>
    public static async Task<int> RunAsync(ServerOptions options, TextWriter output)
    {
        (int code, string said) = await AskAsync(options);
        await output.WriteLineAsync(said.ReplaceLineEndings(" "));
        return code;
    }

    private static async Task<(int Code, string Said)> AskAsync(ServerOptions options)
    {
        Uri address = Address(options);
        using SocketsHttpHandler handler = new() { UseProxy = false };

        // It goes by an address that is in no certificate, and knows which one it must be shown.
        string? own = options.Tls?.Certificate.TargetCertificate.Thumbprint;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == own;
        using HttpClient http = new(handler) { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(address);
            return (answer.IsSuccessStatusCode ? 0 : 1, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return (1, $"{address} does not answer: {exception.Message}");
        }
    }

    private static Uri Address(ServerOptions options)
    {
        IPAddress listening = options.Http.Address;
        IPAddress address = listening.Equals(IPAddress.Any) || listening.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : listening;
        string scheme = options.SpeaksTls(Settings.Http) ? "https" : "http";
        return new Uri($"{scheme}://{new IPEndPoint(address, options.Http.Port)}/health/ready");
    }
}
