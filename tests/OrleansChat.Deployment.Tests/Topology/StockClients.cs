using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Topology;

/// <summary>The script <c>node/doors.js</c>: stock Socket.IO and SignalR clients.</summary>
internal sealed class StockClients : IAsyncDisposable
{
    // Once for all tests of a run.
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _heard = new();
    private readonly ConcurrentDictionary<string, int> _began = new();
    private readonly ConcurrentQueue<string> _lost = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly Task _reading;

    private StockClients(Process process)
    {
        _process = process;
        Watchdog.Watch(process.Id);
        _reading = ReadAsync();
    }

    /// <summary>By name, what each client heard, in its order.</summary>
    public IReadOnlyDictionary<string, string[]> Heard => _heard.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    /// <summary>Who came back and was not given what was missed meanwhile.</summary>
    public IReadOnlyCollection<string> Lost => _lost;

    /// <summary>By name, how often each client had to begin a session; known at the end.</summary>
    public IReadOnlyDictionary<string, int> Began => _began;

    /// <param name="url">Where they connect.</param>
    /// <param name="room">The group that all of them join.</param>
    /// <param name="people">Names and tokens of the SignalR clients, of which there are four or none.</param>
    public static async Task<StockClients> JoinAsync(Uri url, string room, IEnumerable<(string Name, string Token)> people)
    {
        await Installed.Value;
        StockClients clients = new(Start("node", ["node/doors.js", url.ToString(), room, .. people.SelectMany(one => new[] { one.Name, one.Token })]));
        try
        {
            await Task.WhenAny(clients._joined.Task, clients._reading).WithinAsync(TimeSpan.FromSeconds(60), "the stock clients' coming in");
            Assert.True(clients._joined.Task.IsCompleted, "node ended before the clients were in");
            return clients;
        }
        catch
        {
            await clients.DisposeAsync();
            throw;
        }
    }

    /// <summary>Each says so many things, at the same time as the others.</summary>
    public async Task SayAsync(int count)
    {
        await _process.StandardInput.WriteLineAsync($"{count}");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>They leave, each by itself.</summary>
    public async Task LeaveAsync()
    {
        _process.StandardInput.Close();
        await _reading.WithinAsync(TimeSpan.FromSeconds(60), "the stock clients' leaving");
        await _process.WaitForExitAsync().WithinAsync(TimeSpan.FromSeconds(60), "the end of node");
        Assert.Equal(0, _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        await _reading;
        Watchdog.Forget(_process.Id);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        _process.ErrorDataReceived += static (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? string.Empty);
        _process.BeginErrorReadLine();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ', 3))
            {
                case ["joined"]:
                    _joined.TrySetResult();
                    break;
                case ["heard", var name, var text]:
                    _heard.GetOrAdd(name, _ => new ConcurrentQueue<string>()).Enqueue(text);
                    break;
                case ["lost", var name]:
                    _lost.Enqueue(name);
                    break;
                case ["began", var name, var count]:
                    _began[name] = int.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
                    break;
            }
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = AppContext.BaseDirectory,
    })!;

    private static async Task InstallAsync()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "node");
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            return;
        }

        using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]) { WorkingDirectory = folder })!;
        await npm.WaitForExitAsync().WithinAsync(TimeSpan.FromMinutes(2), "npm ci");
        Assert.Equal(0, npm.ExitCode);
    }
}
