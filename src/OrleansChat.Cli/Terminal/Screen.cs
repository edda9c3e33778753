using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;

namespace OrleansChat.Cli.Terminal;

/// <summary>Whoever read the output has gone, as <c>head</c> does when it has seen enough.</summary>
internal sealed class OutputGoneException(IOException cause) : Exception("Nobody reads the output any more.", cause);

/// <summary>Lines for people, coloured on a terminal only, or one JSON object per line for programs. Safe to use from several threads.</summary>
internal sealed class Screen(TextWriter output, TextWriter errors, bool json, bool colours)
{
    // The words of others are made harmless by SafeText; beyond that, letters stay readable.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private string? _prompt;

    /// <summary>Whether programs read.</summary>
    public bool IsJson => json;

    public static Screen OfProcess(bool json) => new(Open(), Console.Error, json, Colours(Console.IsOutputRedirected, Environment.GetEnvironmentVariable));

    /// <summary>Whether colours are wanted: on a terminal that can show them, unless <c>NO_COLOR</c> is set (no-color.org).</summary>
    internal static bool Colours(bool redirected, Func<string, string?> environment) =>
        !redirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not (null or "" or "dumb");

    /// <summary>Shows the line to people and the value to programs.</summary>
    public void Show<T>(T value, JsonTypeInfo<T> type, params ReadOnlySpan<Part> line)
    {
        if (json)
        {
            Write(SafeText.Json(JsonSerializer.SerializeToNode(value, type)!.ToJsonString(Readable)));
        }
        else
        {
            Line(line);
        }
    }

    /// <summary>Shows a line to people; programs do not get it.</summary>
    public void Line(params ReadOnlySpan<Part> parts)
    {
        if (json)
        {
            return;
        }

        StringBuilder line = new();
        foreach (Part part in parts)
        {
            string text = SafeText.Line(part.Text);
            _ = colours && part.Tone != Tone.Plain ? line.Append(Code(part.Tone)).Append(text).Append("\e[0m") : line.Append(text);
        }

        Write(line.ToString());
    }

    /// <summary>Shows an object to programs.</summary>
    public void Json(JsonNode value) => Write(SafeText.Json(value.ToJsonString(Readable)));

    /// <summary>Passes an object of the server on to programs.</summary>
    public void Json(ReadOnlySpan<byte> utf8) => Write(SafeText.Json(Encoding.UTF8.GetString(utf8)));

    /// <summary>Tells people something that is not part of the output.</summary>
    public void Notice(string text)
    {
        lock (_lock)
        {
            Prompted(() => errors.WriteLine("chat: " + SafeText.Line(text)));
        }
    }

    /// <summary>Keeps a line at the bottom while others come in above it; null takes it away.</summary>
    public void Prompt(string? text)
    {
        lock (_lock)
        {
            Prompted(() => _prompt = text);
        }
    }

    private static TextWriter Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        // The console's own stream is silent when a pipe's reader has gone. On a file it is the right one: it writes where the file
        // ends now, also when others write to it.
        FileStream pipe = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        Stream stream = pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
        return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
    }

    private static string Code(Tone tone) => tone switch
    {
        Tone.Own => "\e[36m",
        Tone.Other => "\e[32m",
        _ => "\e[90m",
    };

    private void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                Prompted(() => output.WriteLine(line));
            }
            catch (IOException gone)
            {
                throw new OutputGoneException(gone);
            }
        }
    }

    private void Prompted(Action write)
    {
        if (_prompt is not null)
        {
            output.Write("\r\e[K");
        }

        write();
        if (_prompt is not null)
        {
            output.Write(_prompt);
            output.Flush();
        }
    }
}
