using System.Text;
using System.Threading.Channels;

namespace OrleansChat.Cli.Terminal;

/// <summary>Standard input, line by line and with a bound: nothing here waits for a line that never ends.</summary>
internal static class InputLines
{
    /// <summary>Characters. More than any server takes in one message.</summary>
    private const int Longest = 65_536;

    private const int Waiting = 16;

    /// <summary>Opens standard input as UTF-8.</summary>
    public static TextReader Open() => new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));

    /// <summary>Reads on a thread of its own, because a read of a pipe or terminal cannot be called off.</summary>
    public static ChannelReader<string> Start(Action<ChannelWriter<string>> read)
    {
        Channel<string> lines = Channel.CreateBounded<string>(Waiting);
        Thread thread = new(() =>
        {
            try
            {
                read(lines.Writer);
                lines.Writer.TryComplete();
            }
#pragma warning disable CA1031 // Whatever ends the reading is told to the one who waits for lines.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                lines.Writer.TryComplete(failed);
            }
        })
        { IsBackground = true, Name = "input" };
        thread.Start();
        return lines.Reader;
    }

    /// <summary>Hands over every line until the input ends.</summary>
    public static void ReadAll(TextReader input, ChannelWriter<string> lines)
    {
        while (ReadLine(input) is { } line)
        {
            Put(lines, line);
        }
    }

    /// <summary>Waits while the lines before are being sent.</summary>
    public static void Put(ChannelWriter<string> lines, string line) => lines.WriteAsync(line).AsTask().GetAwaiter().GetResult();

    /// <summary>The next line without its end; null after the last.</summary>
    public static string? ReadLine(TextReader input)
    {
        StringBuilder line = new();
        while (input.Read() is >= 0 and var c)
        {
            if (c == '\n')
            {
                return TrimReturn(line);
            }

            Append(line, (char)c);
        }

        return line.Length > 0 ? TrimReturn(line) : null;
    }

    /// <summary>All of the input, without the line end at its end.</summary>
    public static string ReadText(TextReader input)
    {
        StringBuilder text = new();
        while (input.Read() is >= 0 and var c)
        {
            Append(text, (char)c);
        }

        return text.ToString().TrimEnd('\r', '\n');
    }

    private static void Append(StringBuilder text, char c)
    {
        if (text.Length == Longest)
        {
            throw new CliException(ExitCodes.Usage, $"the input has more than {Longest} characters in one message");
        }

        text.Append(c);
    }

    private static string TrimReturn(StringBuilder line) => line.ToString().TrimEnd('\r');
}
