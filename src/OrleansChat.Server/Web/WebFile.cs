using System.Security.Cryptography;

namespace OrleansChat.Server.Web;

/// <summary>A file of the web client in every encoding that its build wrote.</summary>
internal sealed class WebFile
{
    private readonly string _hash;

    private WebFile(string contentType, bool isHashed, byte[] content, byte[]? brotli, byte[]? gzip)
    {
        ContentType = contentType;
        IsHashed = isHashed;
        _hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12));
        Plain = new WebEncoding(null, content, $"\"{_hash}\"");
        Brotli = brotli is null ? null : new WebEncoding("br", brotli, $"\"{_hash}-br\"");
        Gzip = gzip is null ? null : new WebEncoding("gzip", gzip, $"\"{_hash}-gz\"");
    }

    public string ContentType { get; }

    /// <summary>Its name changes with its content: a copy of it never goes stale.</summary>
    public bool IsHashed { get; }

    public WebEncoding Plain { get; }

    public WebEncoding? Brotli { get; }

    public WebEncoding? Gzip { get; }

    public bool HasEncodings => Brotli is not null || Gzip is not null;

    public static WebFile Read(string path, string contentType, bool isHashed) =>
        new(contentType, isHashed, File.ReadAllBytes(path), Packed(path + ".br"), Packed(path + ".gz"));

    private static byte[]? Packed(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
}

/// <summary>The bytes of one encoding.</summary>
/// <param name="Name">As in <c>Content-Encoding</c>; null: as it is.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Tag">The entity tag, quoted: each encoding has its own.</param>
internal sealed record WebEncoding(string? Name, byte[] Content, string Tag);
