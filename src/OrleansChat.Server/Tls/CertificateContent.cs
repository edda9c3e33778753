using System.Text;

namespace OrleansChat.Server.Tls;

/// <summary>What the files of a certificate held at some moment.</summary>
internal sealed class CertificateContent(byte[] certificate, byte[] key)
{
    public byte[] Certificate => certificate;

    public bool IsPem => certificate.AsSpan().IndexOf("-----BEGIN "u8) >= 0;

    public string CertificateText => Encoding.UTF8.GetString(certificate);

    public string KeyText => Encoding.UTF8.GetString(key);

    public bool IsSame(CertificateContent other) =>
        Certificate.AsSpan().SequenceEqual(other.Certificate) && string.Equals(KeyText, other.KeyText, StringComparison.Ordinal);
}
