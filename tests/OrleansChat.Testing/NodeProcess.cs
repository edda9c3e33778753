using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Xunit;

namespace OrleansChat.Testing;

/// <summary>
/// A node process with stock clients in it, run by <c>driver.js</c> of the folder <c>node</c> beside the tests: a line of JSON for each thing to do,
/// and one for each thing that happened, with the client's number as <c>id</c>. One for the assembly:
/// <c>[assembly: AssemblyFixture(typeof(NodeProcess))]</c>.
/// </summary>
public sealed class NodeProcess : IAsyncLifetime
{
    private readonly ConcurrentDictionary<int, Channel<JsonElement>> _clients = new();
    private readonly Lock _gate = new();
    private Process? _node;
    private int _lastClient;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        // It ends with its input, hence with this process.
        _node = Process.Start(new ProcessStartInfo("node", "driver.js")
        {
            WorkingDirectory = await NpmFolder.InstallAsync(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _ = ReadAsync(_node.StandardOutput);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_node is { } node)
        {
            node.StandardInput.Close();
            await node.WaitForExitAsync().WithinAsync(what: "the end of node");
            node.Dispose();
        }
    }

    /// <summary>Gives a client a number, and what will happen to it.</summary>
    public (int Id, ChannelReader<JsonElement> Happened) NewClient()
    {
        int id = Interlocked.Increment(ref _lastClient);
        var happened = Channel.CreateUnbounded<JsonElement>();
        _clients[id] = happened;
        return (id, happened.Reader);
    }

    /// <summary>Tells the driver to do something.</summary>
    public void Send(object command)
    {
        lock (_gate)
        {
            _node!.StandardInput.WriteLine(JsonSerializer.Serialize(command));
            _node.StandardInput.Flush();
        }
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
