using System.Text;
using System.Threading.Channels;

namespace OrleansChat.Cli.Terminal;

/// <summary>
/// The line being typed on a terminal, kept whole below the messages that come in meanwhile. Backspace, Ctrl-U (all) and Ctrl-W (a word)
/// take back, Ctrl-D on an empty line leaves.
/// </summary>
/// <param name="screen">Where the line is shown.</param>
/// <param name="typing">Called for every key that adds to the line.</param>
internal sealed class LineEditor(Screen screen, Action typing)
{
    private const string Mark = "> ";

    private readonly StringBuilder _line = new();

    /// <summary>Hands over every line until the user leaves.</summary>
    public void Run(ChannelWriter<string> lines)
    {
        // Turns the terminal's own echo off, before anybody can begin to type.
        _ = Console.KeyAvailable;
        screen.Prompt(Mark);
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && _line.Length == 0)
            {
                screen.Prompt(null);
                return;
            }

            if (key.Key == ConsoleKey.Enter)
            {
                InputLines.Put(lines, _line.ToString());
                _line.Clear();
            }
            else
            {
                Apply(key);
            }

            screen.Prompt(Mark + Visible(_line.ToString(), Width() - Mark.Length - 1));
        }
    }

    // A terminal that nobody told its size has none.
    private static int Width() => Console.WindowWidth is > 0 and var width ? width : 80;

    private void Apply(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { Key: ConsoleKey.Backspace }:
                // Half a surrogate pair must not stay behind.
                _line.Length -= _line.Length > 1 && char.IsLowSurrogate(_line[^1]) ? 2 : Math.Min(1, _line.Length);
                break;
            case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                _line.Clear();
                break;
            case { Key: ConsoleKey.W, Modifiers: ConsoleModifiers.Control }:
                _line.Length = _line.ToString().TrimEnd().LastIndexOf(' ') + 1;
                break;
            case { KeyChar: var c } when !char.IsControl(c):
                _line.Append(c);
                typing();
                break;
        }
    }

    /// <summary>The end of a line, as much of it as fits into so many columns.</summary>
    internal static string Visible(string line, int columns)
    {
        string shown = SafeText.Line(line);
        int start = shown.Length;
        for (int free = columns; start > 0;)
        {
            int length = start > 1 && char.IsLowSurrogate(shown[start - 1]) ? 2 : 1;
            // Wide letters and emoji take two columns; taking a few narrow ones for wide only shows less.
            free -= shown[start - length] < '\u1100' ? 1 : 2;
            if (free < 0)
            {
                break;
            }

            start -= length;
        }

        return shown[start..];
    }
}
