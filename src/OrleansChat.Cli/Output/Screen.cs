using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansChat.Cli.Output;

/// <summary>Lines for people, or one JSON object per line for programs.</summary>
internal sealed class Screen(bool json)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // The default encoder leaves no control character unescaped; this one neither, and spares letters.
        Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly bool Colours = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Takes out what could command a terminal or turn the direction of a line; a line break becomes a space.</summary>
    public static string Clean(string? text) => string.Concat((text ?? "").Replace('\n', ' ').Replace('\t', ' ').Where(IsHarmless));

    /// <param name="line">May hold the words of others.</param>
    /// <param name="values">The same for programs.</param>
    /// <param name="colour">The ANSI code for a terminal.</param>
    public void Write(string line, object values, int colour = 0)
    {
        string text = json ? JsonSerializer.Serialize(values, Options) : Clean(line);
        Console.Out.WriteLine(json || colour == 0 || !Colours ? text : string.Create(CultureInfo.InvariantCulture, $"\e[{colour}m{text}\e[0m"));
        Console.Out.Flush();
    }

    private static bool IsHarmless(char c) =>
        !char.IsControl(c) && c is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029');
}
