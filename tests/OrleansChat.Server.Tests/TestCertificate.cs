using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansChat.Server.Tests;

/// <summary>A certificate for 127.0.0.1 with the intermediate authority that signed it.</summary>
internal sealed class TestCertificate
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);

    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _own;

    public TestCertificate(string name, DateTimeOffset? until = null)
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Authority($"CN={name} root", rootKey).CreateSelfSigned(From, From.AddDays(10));
        using X509Certificate2 authority = Authority($"CN={name} authority", authorityKey).Create(root, From, From.AddDays(10), [1, 2, 3]);
        _authority = authority.CopyWithPrivateKey(authorityKey);

        Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest own = new($"CN={name}", Key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        own.CertificateExtensions.Add(names.Build());
        _own = own.Create(_authority, From, until ?? From.AddDays(9), [1, 2, 3, 4]);
        Subject = $"CN={name}";
    }

    public ECDsa Key { get; }

    public string Subject { get; }

    public string Pem => _own.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem() + "\n";

    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    public string EncryptedKeyPem(string password) =>
        Key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)) + "\n";

    private static CertificateRequest Authority(string subject, ECDsa key)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request;
    }

    public byte[] Pkcs12(string password)
    {
        using X509Certificate2 withKey = _own.CopyWithPrivateKey(Key);
        return new X509Certificate2Collection { withKey, _authority }.Export(X509ContentType.Pkcs12, password)!;
    }
}
