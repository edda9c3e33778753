using System.Reflection;
using OrleansChat.Redis;

namespace OrleansChat.Chaos.Mutants;

/// <summary>The Redis scripts as they are built into the server, each file by itself.</summary>
internal static class ServerScripts
{
    public static IReadOnlyList<string> All { get; } = [.. Read()];

    private static IEnumerable<string> Read()
    {
        Assembly storage = typeof(RedisServerOptions).Assembly;
        foreach (string name in storage.GetManifestResourceNames().Where(name => name.EndsWith(".lua", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(storage.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
