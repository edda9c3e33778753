using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using OrleansChat.Server.Options;

namespace OrleansChat.Server.Tls;

/// <summary>
/// The certificate that new connections are shown. Its files are looked at again when a connection comes, once a second at most, and by content:
/// where they are links, as in Kubernetes, only what they lead to changes. A connection that stands keeps what it was opened with.
/// </summary>
internal sealed partial class ServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private CertificateContent _seen;
    private volatile SslServerAuthenticationOptions _current;
    private long _lookedAt;
    private int _looking;

    public ServerCertificate(TlsOptions options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        _files = options.Files;
        _time = time;
        _logger = logger;
        _seen = options.Content;
        _current = Options(options.Certificate);
        _lookedAt = time.GetTimestamp();
        WarnOfDates(options.Certificate);
    }

    /// <summary>What Kestrel asks for each connection.</summary>
    public TlsHandshakeCallbackOptions Handshake => new() { OnConnection = async context => await CurrentAsync(context.CancellationToken) };

    /// <summary>The certificate as it is in the files, or the last one that could be used.</summary>
    public async ValueTask<SslServerAuthenticationOptions> CurrentAsync(CancellationToken cancellation)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookEvery && Interlocked.Exchange(ref _looking, 1) == 0)
        {
            try
            {
                await LookAsync(cancellation);
            }
            finally
            {
                Volatile.Write(ref _lookedAt, _time.GetTimestamp());
                Volatile.Write(ref _looking, 0);
            }
        }

        return _current;
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            CertificateContent content = await _files.ReadAsync(cancellation);
            if (content.IsSame(_seen))
            {
                return;
            }

            // Told once, also when it cannot be used: the two files may be replaced one after the other.
            _seen = content;
            SslStreamCertificateContext certificate = _files.Parse(content);
            _current = Options(certificate);
            LogReloaded(_files, certificate.TargetCertificate.NotAfter);
            WarnOfDates(certificate);
        }
        catch (CertificateException exception)
        {
            LogUnusable(exception.Message);
        }
    }

    private void WarnOfDates(SslStreamCertificateContext certificate)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (certificate.TargetCertificate.NotAfter < now || certificate.TargetCertificate.NotBefore > now)
        {
            LogOutOfDate(_files, certificate.TargetCertificate.NotBefore, certificate.TargetCertificate.NotAfter);
        }
    }

    // A connection that asks for a protocol by name (ALPN) is answered by Kestrel, from the listener's protocols.
    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    [LoggerMessage(1, LogLevel.Information, "The certificate in {Files} was replaced; the new one is valid until {Until:u}")]
    private partial void LogReloaded(CertificateFiles files, DateTime until);

    [LoggerMessage(2, LogLevel.Warning, "The certificate was replaced by one that cannot be used, the old one stays: {Why}")]
    private partial void LogUnusable(string why);

    [LoggerMessage(3, LogLevel.Warning, "The certificate in {Files} is valid only from {From:u} to {Until:u}: clients will refuse it")]
    private partial void LogOutOfDate(CertificateFiles files, DateTime from, DateTime until);
}
