using System.Globalization;
using System.Net;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Network;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Nodes;

/// <summary>What a node is started with, beside its Redis.</summary>
internal sealed record NodeSetup
{
    /// <summary>How many replicas its steps wait for.</summary>
    public int WaitReplicas { get; init; }

    /// <summary>Whether its clock can be set.</summary>
    public bool Clock { get; init; }

    /// <summary>A bug in a class of the node; null for none.</summary>
    public string? Mutant { get; init; }

    /// <summary>The network it runs in; null is the machine's.</summary>
    public NodeNetwork? Network { get; init; }

    /// <summary>Whether it reaches Redis without the proxy that faults need, which is part of the driver and waits for it.</summary>
    public bool DirectStorage { get; init; }

    /// <summary>Further options of the server.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>A node whose addresses stay while its process comes and goes: clients reach it through proxies.</summary>
internal sealed class ChaosNode : IAsyncDisposable
{
    /// <summary>What back ends say at the RESP door of a node that is not on this machine's own network.</summary>
    public const string RespKey = "a key of the chaos runs";

    private readonly NodeSetup _setup;
    private readonly NodeBoard? _board;
    private readonly FlakyProxy _http;
    private readonly FlakyProxy _line;
    private readonly FlakyProxy _resp;
    private ServerProcess? _process;

    public ChaosNode(string name, int redis, NodeSetup setup)
    {
        Name = name;
        _setup = setup;
        _board = setup.Clock || setup.Mutant is not null ? NodeBoard.Create() : null;
        IPAddress address = setup.Network?.Node ?? IPAddress.Loopback;
        _http = new FlakyProxy { TargetAddress = address };
        _line = new FlakyProxy { TargetAddress = address };
        _resp = new FlakyProxy { TargetAddress = address };
        Storage = new FlakyProxy(setup.Network?.Host) { Target = redis };
    }

    /// <summary>Between this node and Redis.</summary>
    public FlakyProxy Storage { get; }

    public string Name { get; }

    public Uri Url => new($"http://127.0.0.1:{_http.Port}");

    public int LinePort => _line.Port;

    public int RespPort => _resp.Port;

    /// <summary>The network it runs in, where that is its own.</summary>
    public NodeNetwork? Network => _setup.Network;

    /// <summary>Between clients and this node.</summary>
    public IEnumerable<FlakyProxy> Proxies => [_http, _line, _resp];

    public ServerProcess Process => _process ?? throw new InvalidOperationException($"{Name} was not started.");

    /// <summary>How often the bug in it did something.</summary>
    public long Planted => _board?.Planted ?? 0;

    /// <summary>What the last process said on standard error.</summary>
    public string Errors => _process?.Errors ?? "";

    public async Task StartAsync()
    {
        string listen = $"{_setup.Network?.Node ?? IPAddress.Loopback}:0";
        List<string> arguments = _board is null ? [] : [.. NodeHost.Arguments(_board, _setup.Mutant)];
        arguments.AddRange(
        [
            "--redis", $"{_setup.Network?.Host ?? IPAddress.Loopback}:{(_setup.DirectStorage ? Storage.Target : Storage.Port)}", "--node", Name, "--guests", "true", "--limits", "off", "--log-level", "warning",
            "--http", listen, "--line", listen, "--resp", listen, "--resp-key", RespKey,
        ]);
        if (_setup.WaitReplicas > 0)
        {
            arguments.AddRange(["--wait-replicas", _setup.WaitReplicas.ToString(CultureInfo.InvariantCulture)]);
        }

        arguments.AddRange(_setup.Options);
        _process = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Arguments = arguments,
            Program = _board is null ? null : typeof(NodeHost).Assembly.Location,
            StartedBy = _setup.Network?.StartedBy ?? [],
        });
        _http.Target = _process.Url.Port;
        _line.Target = PortOf("line");
        _resp.Target = PortOf("resp");
    }

    /// <summary>Sets the node's clock off.</summary>
    public void SetClock(TimeSpan off) => (_board ?? throw new InvalidOperationException($"The clock of {Name} cannot be set.")).Clock = off;

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

        if (_setup.Network is { } network)
        {
            await network.DisposeAsync();
        }

        _board?.Dispose();
    }

    private int PortOf(string door) => IPEndPoint.Parse(Process.Ready[door]).Port;
}
