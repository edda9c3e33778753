using System.Net.Security;
using OrleansChat.Server.Tls;

namespace OrleansChat.Server.Options;

/// <summary>How connections are encrypted.</summary>
/// <param name="Files">Where the certificate lies.</param>
/// <param name="Content">What was read from there at the start.</param>
/// <param name="Certificate">What that is.</param>
/// <param name="Doors">The settings of the doors that speak TLS, and nothing else.</param>
internal sealed record TlsOptions(CertificateFiles Files, CertificateContent Content, SslStreamCertificateContext Certificate, IReadOnlyList<Setting> Doors)
{
    public override string ToString() => Files.ToString();
}
