using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using OrleansChat.Testing;

[assembly: AssemblyFixture(typeof(OrleansChat.Doors.Tests.SignalR.NodeProcess))]

namespace OrleansChat.Doors.Tests.SignalR;

/// <summary>
/// A node process with stock SignalR clients in it, installed by <c>npm ci</c> from the lock file beside the driver, once for each build.
/// </summary>
public sealed class NodeProcess : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Channel<JsonElement>> _clients = new();
    private readonly Lock _gate = new();
    private Process? _node;
    private int _lastClient;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "node");

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
        {
            await InstallAsync();
        }

        // It ends with its input, hence with this process.
        _node = Process.Start(new ProcessStartInfo("node", "driver.js")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
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

    internal (string Id, ChannelReader<JsonElement> Happened) NewClient()
    {
        string id = $"c{Interlocked.Increment(ref _lastClient)}";
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
        using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
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
            _clients[happened.GetProperty("id").GetString()!].Writer.TryWrite(happened);
        }
    }
}
