using System.Globalization;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Network;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Running;

/// <summary>A node whose addresses stay while its process comes and goes: clients reach it through proxies.</summary>
internal sealed class ChaosNode(string name, int redis) : IAsyncDisposable
{
    private readonly FlakyProxy _http = new();
    private readonly FlakyProxy _line = new();
    private readonly FlakyProxy _resp = new();
    private ServerProcess? _process;

    /// <summary>Between this node and Redis.</summary>
    public FlakyProxy Storage { get; } = new() { Target = redis };

    public string Name { get; } = name;

    public Uri Url => new($"http://127.0.0.1:{_http.Port}");

    public int LinePort => _line.Port;

    public int RespPort => _resp.Port;

    /// <summary>Between clients and this node.</summary>
    public IEnumerable<FlakyProxy> Proxies => [_http, _line, _resp];

    public ServerProcess Process => _process ?? throw new InvalidOperationException($"{Name} was not started.");

    /// <summary>What the last process said on standard error.</summary>
    public string Errors => _process?.Errors ?? "";

    public async Task StartAsync()
    {
        _process = await ServerProcess.StartAsync(
            "--redis", $"127.0.0.1:{Storage.Port}", "--node", Name, "--guests", "true", "--limits", "off", "--log-level", "warning", "--line", "127.0.0.1:0", "--resp", "127.0.0.1:0");
        _http.Target = _process.Url.Port;
        _line.Target = PortOf("line");
        _resp.Target = PortOf("resp");
    }

    /// <summary>Kills the process and starts another one behind the same addresses.</summary>
    public async Task ReplaceAsync(TimeSpan pause)
    {
        foreach (FlakyProxy proxy in Proxies)
        {
            proxy.Target = 0;
        }

        await Process.KillAsync();
        await Process.DisposeAsync();
        await Pace.ForAsync(pause);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        foreach (FlakyProxy proxy in Proxies.Append(Storage))
        {
            await proxy.DisposeAsync();
        }
    }

    private int PortOf(string door) => int.Parse(Process.Ready[door].Split(':')[1], CultureInfo.InvariantCulture);
}
