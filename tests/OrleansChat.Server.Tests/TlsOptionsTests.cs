using Microsoft.Extensions.Logging;
using OrleansChat.Server.Options;
using OrleansChat.Server.Tls;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>A certificate that cannot be used is told in one line, before anything starts.</summary>
public sealed class TlsOptionsTests : IAsyncDisposable
{
    private static readonly TestCertificate One = new("one");
    private readonly TestDirectory _folder = new();

    [Fact]
    public void Pem_files_with_a_chain_are_read()
    {
        TlsOptions tls = OptionsOf.Read($"--tls-certificate {Write("one.pem", One.Pem)} --tls-key {Write("one.key", One.KeyPem)}").Tls!;

        Assert.Equal(One.Subject, tls.Certificate.TargetCertificate.Subject);
        Assert.True(tls.Certificate.TargetCertificate.HasPrivateKey);
        Assert.Equal("CN=one authority", Assert.Single(tls.Certificate.IntermediateCertificates).Subject);
        Assert.Equal([Settings.Http], tls.Doors);
    }

    [Fact]
    public void One_pem_file_may_hold_certificate_and_key() =>
        Assert.True(OptionsOf.Read($"--tls-certificate {Write("both.pem", One.KeyPem + One.Pem)}").Tls!.Certificate.TargetCertificate.HasPrivateKey);

    [Fact]
    public void An_encrypted_key_and_a_pkcs12_file_need_their_password()
    {
        string pem = Write("one.pem", One.Pem);
        string key = Write("one.key", One.EncryptedKeyPem("secret word"));
        string pkcs12 = Path.Combine(_folder.Path, "one.pfx");
        File.WriteAllBytes(pkcs12, One.Pkcs12("secret"));

        Assert.Equal([$"--tls-key {key} is not the key of {pem}, or is encrypted with another password: give the right key, or --tls-password"], OptionsOf.Errors($"--tls-certificate {pem} --tls-key {key} --tls-password wrong"));
        Assert.Equal([$"--tls-certificate {pkcs12} holds no certificate that can be read: give a PEM file, or a PKCS#12 file and its --tls-password"], OptionsOf.Errors($"--tls-certificate {pkcs12} --tls-password wrong"));
        TlsOptions tls = OptionsOf.Read($"--tls-certificate {pkcs12} --tls-doors http,resp", "CHAT__TLS__PASSWORD=secret").Tls!;
        Assert.Equal("CN=one authority", Assert.Single(tls.Certificate.IntermediateCertificates).Subject);
        Assert.Equal([Settings.Http, Settings.Resp], tls.Doors);
        Assert.DoesNotContain("secret", OptionsOf.Read($"--tls-certificate {pkcs12}", "CHAT__TLS__PASSWORD=secret").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_certificate_are_told()
    {
        string pem = Write("one.pem", One.Pem);
        string other = Write("other.key", new TestCertificate("other").KeyPem);
        string text = Write("notes.txt", "hello");
        string broken = Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        string nothing = Path.Combine(_folder.Path, "nothing.pem");
        string noCertificate = "holds no certificate that can be read: give a PEM file, or a PKCS#12 file and its --tls-password";

        Assert.Equal([$"--tls-certificate {nothing}: there is no such file"], OptionsOf.Errors($"--tls-certificate {nothing}"));
        Assert.Equal([$"--tls-certificate {text} {noCertificate}"], OptionsOf.Errors($"--tls-certificate {text}"));
        Assert.Equal([$"--tls-certificate {broken} {noCertificate}"], OptionsOf.Errors($"--tls-certificate {broken}"));
        Assert.Equal([$"--tls-certificate {pem} has no private key in it: give the key's file with --tls-key"], OptionsOf.Errors($"--tls-certificate {pem}"));
        Assert.Equal([$"--tls-key {pem} holds no private key in PEM: give another file"], OptionsOf.Errors($"--tls-certificate {pem} --tls-key {pem}"));
        Assert.Equal([$"--tls-key {nothing}: there is no such file"], OptionsOf.Errors($"--tls-certificate {pem} --tls-key {nothing}"));
        Assert.Equal(
            [$"--tls-key {other} is not the key of {pem}, or is encrypted with another password: give the right key, or --tls-password"],
            OptionsOf.Errors($"--tls-certificate {pem} --tls-key {other}"));
    }

    [Fact]
    public void What_would_encrypt_nothing_is_refused()
    {
        string both = Write("both.pem", One.KeyPem + One.Pem);

        Assert.Equal(["--tls-key encrypts nothing by itself: give --tls-certificate too, or take it away"], OptionsOf.Errors($"--tls-key {both}"));
        Assert.Equal(["--tls-doors: 'https' is not a list of doors: give one or more of http,line,resp"], OptionsOf.Errors($"--tls-certificate {both} --tls-doors https"));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void A_certificate_out_of_date_is_used_and_warned_of(int hoursLeft, bool warned)
    {
        TestCertificate certificate = new("dated", DateTimeOffset.UtcNow.AddHours(hoursLeft));
        TlsOptions tls = OptionsOf.Read($"--tls-certificate {Write("dated.pem", certificate.KeyPem + certificate.Pem)}").Tls!;
        Warnings warnings = new();

        _ = new ServerCertificate(tls, TimeProvider.System, warnings);

        Assert.Equal(warned, warnings.Lines.Any(line => line.Contains("clients will refuse it", StringComparison.Ordinal)));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Warnings : ILogger<ServerCertificate>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
