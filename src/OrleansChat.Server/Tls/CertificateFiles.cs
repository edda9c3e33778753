using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansChat.Server.Options;

namespace OrleansChat.Server.Tls;

/// <summary>Where the certificate lies: PEM files, the chain in the certificate's own, or one PKCS#12 file.</summary>
/// <param name="Certificate">The file with the certificate.</param>
/// <param name="Key">The PEM file with its private key; null: it is in the same file.</param>
/// <param name="Password">What the key or the PKCS#12 file is encrypted with; null: with nothing. A secret.</param>
internal sealed record CertificateFiles(string Certificate, string? Key, string? Password)
{
    private const int MostBytes = 1 << 20;

    /// <summary>Reads what the files hold now.</summary>
    /// <exception cref="CertificateException">With the line for the operator.</exception>
    public async Task<CertificateContent> ReadAsync(CancellationToken cancellation = default) => new(
        await ReadAsync(Settings.TlsCertificate, Certificate, cancellation),
        Key is null ? [] : await ReadAsync(Settings.TlsKey, Key, cancellation));

    /// <summary>Makes of it what a handshake needs.</summary>
    /// <exception cref="CertificateException">With the line for the operator.</exception>
    public SslStreamCertificateContext Parse(CertificateContent content)
    {
        X509Certificate2Collection certificates = content.IsPem ? FromPem(content) : FromPkcs12(content);
        X509Certificate2 own = certificates.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CertificateException(
            $"--{Settings.TlsCertificate.Name} {Certificate} has no private key in it: give the key's file with --{Settings.TlsKey.Name}");
        certificates.Remove(own);
        return SslStreamCertificateContext.Create(own, certificates, offline: true);
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => Key is null ? Certificate : $"{Certificate} and {Key}";

    private static async Task<byte[]> ReadAsync(Setting setting, string path, CancellationToken cancellation)
    {
        try
        {
            await using FileStream file = File.OpenRead(path);
            if (file.Length > MostBytes)
            {
                throw new CertificateException($"--{setting.Name} {path} is too large for a certificate: give another file");
            }

            byte[] content = new byte[file.Length];
            await file.ReadExactlyAsync(content, cancellation);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateException($"--{setting.Name} {path}: there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"--{setting.Name} {path} cannot be read ({exception.Message.ReplaceLineEndings(" ")}): permit it to the user that runs this", exception);
        }
    }

    private X509Certificate2Collection FromPem(CertificateContent content)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(content.CertificateText);
        }
        catch (CryptographicException exception)
        {
            throw NoCertificate(exception);
        }

        if (certificates.Count == 0)
        {
            throw NoCertificate(null);
        }

        string key = Key is null ? content.CertificateText : content.KeyText;
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return Key is null ? certificates : throw new CertificateException($"--{Settings.TlsKey.Name} {Key} holds no private key in PEM: give another file");
        }

        try
        {
            // The file's first certificate is the server's own, whatever the order of the rest.
            certificates[0] = Password is null
                ? X509Certificate2.CreateFromPem(content.CertificateText, key)
                : X509Certificate2.CreateFromEncryptedPem(content.CertificateText, key, Password);
            return certificates;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateException(
                $"--{Settings.TlsKey.Name} {Key ?? Certificate} is not the key of {Certificate}, or is encrypted with another password: give the right key, or --{Settings.TlsPassword.Name}",
                exception);
        }
    }

    private X509Certificate2Collection FromPkcs12(CertificateContent content)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content.Certificate, Password);
        }
        catch (CryptographicException exception)
        {
            throw NoCertificate(exception);
        }
    }

    private CertificateException NoCertificate(Exception? cause) => new(
        $"--{Settings.TlsCertificate.Name} {Certificate} holds no certificate that can be read: give a PEM file, or a PKCS#12 file and its --{Settings.TlsPassword.Name}",
        cause);
}
