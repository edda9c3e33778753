using System.Diagnostics;
using OrleansChat.Redis;

namespace OrleansChat.Testing;

/// <summary>What a <see cref="ServerProcess"/> is started with.</summary>
public sealed record ServerProcessOptions
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Beside the environment of the tests, from which every <c>CHAT__</c> variable is taken out.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? WorkingDirectory { get; init; }

    /// <summary>Another program to run than the server: an assembly that runs a node with parts of it replaced.</summary>
    public string? Program { get; init; }

    /// <summary>What the program is started by, such as <c>ip netns exec NAME</c>; it must replace itself with what follows.</summary>
    public IReadOnlyList<string> StartedBy { get; init; } = [];
}

/// <summary>
/// The real server, built by this solution, as a process. It takes a free port unless told otherwise, and a temporary working
/// directory, hence also data directory. It is killed with the test process.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TestDirectory? _directory;
    private readonly ServerOutput _output;

    private ServerProcess(Process process, TestDirectory? directory)
    {
        _process = process;
        _directory = directory;
        Pid = process.Id;
        _output = new ServerOutput(process);
    }

    public int Pid { get; }

    /// <summary>The fields of the ready line: <c>http</c>, <c>line</c>, <c>resp</c>, <c>redis</c>, <c>node</c>.</summary>
    public IReadOnlyDictionary<string, string> Ready => _output.Ready.Task.IsCompletedSuccessfully
        ? _output.Ready.Task.Result
        : throw new InvalidOperationException("The server is not ready.");

    /// <summary>Such as <c>http://127.0.0.1:12345</c>.</summary>
    public Uri Url => new(Ready["http"]);

    public string Output => _output.Text;

    public string Errors => _output.ErrorText;

    /// <summary>The lines in which the node blames something on itself. What Orleans says of a silo that a test has killed is not among them.</summary>
    public IReadOnlyList<string> Failures => [.. Errors.Split('\n').Where(line =>
        line.Contains("fail: ", StringComparison.Ordinal) && !line.Contains("fail: Orleans.", StringComparison.Ordinal))];

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server and waits for its ready line. Unless told otherwise it takes a free HTTP port and opens no other door.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) =>
        StartAsync(new ServerProcessOptions { Arguments = arguments });

    /// <summary>Starts a server on the Redis of a fixture and waits for its ready line.</summary>
    public static Task<ServerProcess> StartAsync(RedisFixture redis, params string[] arguments) =>
        StartAsync(new ServerProcessOptions { Arguments = ["--redis", redis.Endpoint, .. arguments] });

    public static async Task<ServerProcess> StartAsync(ServerProcessOptions options)
    {
        if (!options.Arguments.Contains("--http") && !options.Environment.ContainsKey("CHAT__HTTP"))
        {
            options = options with { Arguments = [.. options.Arguments, "--http", "127.0.0.1:0"] };
        }

        ServerProcess server = Launch(options);
        try
        {
            await server._output.Ready.Task.WithinAsync(what: "the ready line of the server");
            return server;
        }
        catch (Exception exception)
        {
            string state = server.HasExited ? $"exit code {server._process.ExitCode}" : "running";
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server did not become ready ({state}):\n{server.Output}\n{server.Errors}", exception);
        }
    }

    /// <summary>Starts a server with exactly these options, the line and RESP doors off unless given, and does not wait: for starts that are expected to fail.</summary>
    public static ServerProcess Launch(ServerProcessOptions options)
    {
        TestDirectory? directory = options.WorkingDirectory is null ? new TestDirectory() : null;
        ProcessStartInfo start = new("env")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? directory!.Path,
        };

        // A shell script that starts the tests in the background makes them, and what they start, deaf to SIGINT.
        string[] command = ["--default-signal=INT", .. options.StartedBy, ServerBinary.Host, "exec", options.Program ?? ServerBinary.Path];
        foreach (string argument in command.Concat(options.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("CHAT__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // Doors with a port of their own stay shut unless a test asks: servers side by side must not meet there.
        start.Environment["CHAT__LINE"] = "off";

        // The runtime's own 100 ms: compiling again at once what a start runs often doubles the start (runtimeconfig.template.json).
        start.Environment.TryAdd("DOTNET_TC_CallCountingDelayMs", "64");
        start.Environment["CHAT__RESP"] = "off";
        foreach ((string name, string value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        Watchdog.Watch(process.Id);
        return new ServerProcess(process, directory);
    }

    /// <summary>Kills it (<c>SIGKILL</c>); its private redis-server, where it has one, stays.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            PosixSignals.Kill(Pid);
        }

        await WaitForExitAsync();
    }

    /// <summary>Asks it to end (<c>SIGTERM</c>) and returns its exit code.</summary>
    public Task<int> StopAsync()
    {
        PosixSignals.Terminate(Pid);
        return WaitForExitAsync();
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => PosixSignals.Interrupt(Pid);

    /// <summary>Freezes it, until <see cref="Resume"/>.</summary>
    public void Pause() => PosixSignals.Pause(Pid);

    public void Resume() => PosixSignals.Resume(Pid);

    /// <summary>The exit code, once it has ended and everything it printed has been read.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WithinAsync(what: "the end of the server");
        await _output.Ended.WithinAsync(what: "the end of the server's output");
        Watchdog.Forget(Pid);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        if (_directory is not null)
        {
            // The default data directory lies in it.
            await TestDirectory.EndPrivateRedisAsync(Path.Combine(_directory.Path, "data"));
            await _directory.DisposeAsync();
        }
    }
}
