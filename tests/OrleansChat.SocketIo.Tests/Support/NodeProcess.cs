using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests.Support;

/// <summary>
/// A node process with stock clients in it. The clients are installed by <c>npm ci</c> from the lock file beside the driver, once for each build.
/// One for the assembly: <c>[assembly: AssemblyFixture(typeof(NodeProcess))]</c>.
/// </summary>
public sealed class NodeProcess : IAsyncLifetime
{
    private readonly ConcurrentDictionary<int, Channel<JsonElement>> _clients = new();
    private readonly Lock _gate = new();
    private Process? _node;
    private int _lastClient;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "node");

    public async ValueTask InitializeAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "socket.io-client")))
        {
            await InstallAsync();
        }

        ProcessStartInfo start = new("node", "driver.js")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // It ends with its input, hence with this process.
        _node = Process.Start(start)!;
        _ = ReadAsync(_node.StandardOutput);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is { } node)
        {
            node.StandardInput.Close();
            await node.WaitForExitAsync().WithinAsync(what: "the end of node");
            node.Dispose();
        }
    }

    internal (int Id, ChannelReader<JsonElement> Happened) NewClient()
    {
        int id = Interlocked.Increment(ref _lastClient);
        var happened = Channel.CreateUnbounded<JsonElement>();
        _clients[id] = happened;
        return (id, happened.Reader);
    }

    internal void Send(object command)
    {
        lock (_gate)
        {
            _node!.StandardInput.WriteLine(JsonSerializer.Serialize(command));
            _node.StandardInput.Flush();
        }
    }

    private static async Task InstallAsync()
    {
        ProcessStartInfo start = new("npm") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process npm = Process.Start(start)!;
        Task<string> output = npm.StandardOutput.ReadToEndAsync();
        string errors = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync().WithinAsync(TimeSpan.FromMinutes(2), "npm ci");
        Assert.True(npm.ExitCode == 0, await output + errors);
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            JsonElement happened = JsonElement.Parse(line);
            _clients[happened.GetProperty("id").GetInt32()].Writer.TryWrite(happened);
        }
    }
}
