using System.Globalization;
using System.Text;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary>
/// Inputs in a file, one on each line: printable ASCII as it is, a backslash twice, any other byte, and a blank at the end, as <c>\xHH</c>. A line that begins with
/// <c>\#</c> is a remark.
/// </summary>
internal static class Corpus
{
    private const string Remark = "\\#";

    /// <summary>What is kept in the repository for a parser: the shortest that long runs found for each way through it.</summary>
    public static IEnumerable<byte[]> Kept(string target)
    {
        using Stream? file = typeof(Corpus).Assembly.GetManifestResourceStream($"Corpus/{target}.txt");
        if (file is null)
        {
            return [];
        }

        using StreamReader reader = new(file);
        return Read(reader.ReadToEnd());
    }

    public static IEnumerable<byte[]> Read(string text) =>
        [.. text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(Remark, StringComparison.Ordinal)).Select(Unescape)];

    public static string Line(byte[] input)
    {
        StringBuilder line = new();
        foreach (byte one in input)
        {
            line.Append(one switch
            {
                (byte)'\\' => "\\\\",
                >= 0x20 and < 0x7f => ((char)one).ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{one:x2}"),
            });
        }

        // Editors cut blanks off the ends of lines.
        return line is [.., ' '] ? $"{line.ToString(0, line.Length - 1)}\\x20" : line.ToString();
    }

    public static string RemarkOf(string text) => $"{Remark} {text.ReplaceLineEndings(" ")}";

    private static byte[] Unescape(string line)
    {
        List<byte> bytes = [];
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                bytes.Add((byte)line[i]);
            }
            else if (line[++i] == 'x')
            {
                bytes.Add(byte.Parse(line.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)line[i]);
            }
        }

        return [.. bytes];
    }
}
