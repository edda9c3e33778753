using System.Security.Cryptography;
using System.Text;

namespace OrleansChat.Redis.Connections;

/// <summary>
/// A Lua script of this assembly, run by its SHA-1. A line <c>--!include name</c> stands for another script's text.
/// </summary>
internal sealed class RedisScript
{
    private const string Extension = ".lua";

    private RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
#pragma warning disable CA5350 // EVALSHA names scripts by SHA-1; nothing is protected by it.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    public string Name { get; }

    public string Text { get; }

    public byte[] Hash { get; }

    public static RedisScript Load(string name) => new(name, Read(name));

    /// <summary>Every script of this assembly except those that are only included.</summary>
    public static IEnumerable<RedisScript> All() =>
        typeof(RedisScript).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(Extension, StringComparison.Ordinal) && !name.EndsWith("-common" + Extension, StringComparison.Ordinal))
            .Select(name => Load(name[..^Extension.Length]));

    private static string Read(string name)
    {
        using Stream stream = typeof(RedisScript).Assembly.GetManifestResourceStream(name + Extension)
            ?? throw new InvalidOperationException($"The script {name}.lua is not part of this assembly.");
        using var reader = new StreamReader(stream);
        var text = new StringBuilder();
        while (reader.ReadLine() is { } line)
        {
            const string Include = "--!include ";
            text.Append(line.StartsWith(Include, StringComparison.Ordinal) ? Read(line[Include.Length..].Trim()) : line).Append('\n');
        }

        return text.ToString();
    }
}
