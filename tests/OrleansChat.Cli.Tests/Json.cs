using System.Text.Json;

namespace OrleansChat.Cli.Tests;

/// <summary>Reads the lines of <c>--json</c>.</summary>
internal static class Json
{
    public static JsonElement Of(string line) => JsonElement.Parse(line);

    public static string? Text(string line, string name) => Of(line).GetProperty(name).GetString();
}
