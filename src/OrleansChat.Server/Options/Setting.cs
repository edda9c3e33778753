namespace OrleansChat.Server.Options;

/// <summary>One thing that can be set: as <c>--name</c>, as <c>CHAT__KEY</c>, or in the <c>Chat</c> section of appsettings.json.</summary>
/// <param name="Name">On the command line, without the dashes.</param>
/// <param name="Key">In the <c>Chat</c> section; <c>:</c> divides its parts.</param>
/// <param name="Value">What the help shows in place of a value.</param>
/// <param name="Group">The heading in the help.</param>
/// <param name="Help">One line, with the default.</param>
internal sealed record Setting(string Name, string Key, string Value, string Group, string Help)
{
    public const string Section = "Chat";

    public string Path => $"{Section}:{Key}";

    public string EnvironmentName => Path.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
}
