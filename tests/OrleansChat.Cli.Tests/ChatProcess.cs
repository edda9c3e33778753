using System.Diagnostics;
using System.Text;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Cli.Tests;

/// <summary>The built program as a process, with pipes for input and output.</summary>
public sealed class ChatProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "chat.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;

    private ChatProcess(Process process)
    {
        _process = process;
        process.StandardInput.AutoFlush = true;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it; where <c>CHAT_PTY</c> is in the environment, on a pseudo-terminal made by <c>script</c>.</summary>
    public static ChatProcess Start(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        string dotnet = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

        // A shell script that starts the tests in the background makes them, and what they start, deaf to SIGINT.
        // The shell that stands between must not: it would die of the signal that the program takes well.
        IEnumerable<string> command = environment.ContainsKey("CHAT_PTY")
            ? ["--default-signal=INT", "script", "--quiet", "--return", "--command", string.Join(' ', arguments.Prepend($"exec {dotnet} exec {Program}").Select(Quoted)), "/dev/null"]
            : ["--default-signal=INT", dotnet, "exec", Program, .. arguments];
        ProcessStartInfo start = new("env", command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("CHAT_", StringComparison.Ordinal) || name == "NO_COLOR").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["TERM"] = "xterm";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        Watchdog.Watch(process.Id);
        return new ChatProcess(process);
    }

    public async Task WriteAsync(string text)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text).WithinAsync(what: "writing to the program");
        }
        catch (IOException)
        {
            // It has ended without reading: its exit code tells the test more.
        }
    }

    public Task WriteLineAsync(string line) => WriteAsync(line + "\n");

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => PosixSignals.Interrupt(_process.Id);

    /// <summary>Closes the end of the pipe that the program writes to, as <c>head</c> does.</summary>
    public void StopReading() => _process.StandardOutput.Close();

    /// <summary>Waits until something stands in the output.</summary>
    public Task ShowsAsync(string text) => UntilAsync(() => Output.Contains(text, StringComparison.Ordinal), $"'{text}' in the output");

    /// <summary>Waits until something stands in the errors.</summary>
    public Task SaysAsync(string text) => UntilAsync(() => Errors.Contains(text, StringComparison.Ordinal), $"'{text}' in the errors");

    /// <summary>Waits for the end.</summary>
    public async Task<Ran> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WithinAsync(what: "the end of the program");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{Output}\n{Errors}", late);
        }

        await _reading.WithinAsync(what: "the end of the program's output");
        Watchdog.Forget(_process.Id);
        return new Ran(_process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            PosixSignals.Kill(_process.Id);
            await _process.WaitForExitAsync().WithinAsync(what: "the end of the program");
        }

        Watchdog.Forget(_process.Id);
        _process.Dispose();
    }

    private static string Quoted(string argument, int place) => place == 0 ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        char[] buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer) is > 0 and var count)
            {
                lock (text)
                {
                    text.Append(buffer, 0, count);
                }
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or OperationCanceledException or IOException)
        {
            // The test has closed it.
        }
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(() => condition() || HasExited, what: what);
            if (HasExited)
            {
                // What it said last may not have been read yet; more does not come.
                await _reading.WithinAsync(what: "the end of the program's output");
            }

            await Eventually.TrueAsync(condition, HasExited ? TimeSpan.Zero : null, what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\nOutput:\n{Output}\nErrors:\n{Errors}", late);
        }
    }
}
