using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace OrleansChat.Server.Web;

/// <summary>The built web client, read once: it is a few hundred kilobytes, and what is served can then neither change nor be anything else of the disk.</summary>
internal sealed class WebFiles
{
    /// <summary>The folder beside the server that the build of <c>src/web</c> fills.</summary>
    public const string Folder = "wwwroot";

    private const string IndexFile = "index.html";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, WebFile> _files;

    private WebFiles(FrozenDictionary<string, WebFile> files) => _files = files;

    /// <summary>The page itself; null where the client was not built.</summary>
    public WebFile? Index => _files.GetValueOrDefault("/" + IndexFile);

    /// <summary>Reads a folder. Files of a kind that the client does not have are left out.</summary>
    /// <param name="folder">May be missing.</param>
    public static WebFiles Read(string folder)
    {
        var files = new Dictionary<string, WebFile>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
        {
            foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                if (Types.TryGetValue(Path.GetExtension(path), out string? type))
                {
                    string name = "/" + Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
                    files[name] = WebFile.Read(path, type, name.StartsWith("/assets/", StringComparison.Ordinal));
                }
            }
        }

        return new WebFiles(files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public bool TryGet(string path, [NotNullWhen(true)] out WebFile? file) =>
        _files.TryGetValue(path, out file);
}
