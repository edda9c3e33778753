using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace OrleansChat.Redis.Connections;

/// <summary>
/// A Lua script of this assembly, run by its SHA-1. A line <c>--!include name</c> stands for another script's text.
/// </summary>
internal sealed class RedisScript
{
    private const string Extension = ".lua";

    // What is missing here is read only, or ends with the node that wrote it: sessions, what it follows, presence, leases of queues.
    private static readonly FrozenSet<string> Lasting = FrozenSet.Create(
        "append", "block", "change", "feed-append", "feed-fields", "feed-group-set", "feed-marks", "feed-note", "forget-guest", "group-command",
        "group-create", "list-add", "list-clear", "list-drop", "list-remove", "mark", "queue-set", "queue-settle", "state-delete", "state-write",
        "token-revoke", "token-revoke-all", "user-claim", "user-keep", "user-password", "user-status");

    /// <summary>The hottest of all, which has a connection of its own where that fits.</summary>
    public static readonly RedisScript Append = Load("append");

    /// <summary>Opens sessions, over a connection that they share with what else comes and goes with them, where that fits.</summary>
    public static readonly RedisScript SessionEnter = Load("session-enter");

    private RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
        Lasts = Lasting.Contains(name);
#pragma warning disable CA5350 // EVALSHA names scripts by SHA-1; nothing is protected by it.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        HashText = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Hash));
    }

    public string Name { get; }

    public string Text { get; }

    public byte[] Hash { get; }

    /// <summary>The hash as <c>EVALSHA</c> takes it.</summary>
    public byte[] HashText { get; }

    /// <summary>Whether it changes what outlives nodes, so that an operator may want replicas to have it (<see cref="RedisOptions.WaitReplicas"/>).</summary>
    public bool Lasts { get; }

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
