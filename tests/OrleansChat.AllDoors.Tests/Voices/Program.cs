using System.Diagnostics;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>A program of the machine whose lines are read as they come.</summary>
internal sealed class Program : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private Program(Process process, Action<string> line)
    {
        _process = process;
        _reading = ReadAsync(line);
    }

    /// <summary>Starts it; it is told its input by <see cref="WriteAsync"/>.</summary>
    public static Program Start(string program, IEnumerable<string> arguments, Action<string> line) => new(Process.Start(Info(program, arguments))!, line);

    /// <summary>Runs it to its end and returns its output.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(Info(program, arguments))!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().WithinAsync(what: $"the end of {program}");
        await process.WaitForExitAsync().WithinAsync(what: $"the end of {program}");
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}{await errors}");
        return output;
    }

    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().WithinAsync(what: "the end of a program");
        await _reading.WithinAsync(what: "the end of a program's output");
        _process.Dispose();
    }

    private static ProcessStartInfo Info(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = AppContext.BaseDirectory,
    };

    private async Task ReadAsync(Action<string> line)
    {
        // What a program complains about belongs to the test's output.
        _process.ErrorDataReceived += static (_, error) => TestContext.Current.TestOutputHelper?.WriteLine(error.Data ?? string.Empty);
        _process.BeginErrorReadLine();
        while (await _process.StandardOutput.ReadLineAsync() is { } text)
        {
            line(text);
        }
    }
}
