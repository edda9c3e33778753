using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansChat.Chaos.Nodes;

/// <summary>
/// A network namespace that a node runs in, joined with ours by a pair of virtual cards. What goes one way can be lost without anybody being
/// told: it is addressed to a card that nobody has.
/// </summary>
internal sealed class NodeNetwork : IAsyncDisposable
{
    private const string Nobody = "02:00:00:00:00:99";
    private readonly string _space;
    private readonly string _outer;
    private readonly string _inner;
    private string _outerCard = "";
    private string _innerCard = "";

    private NodeNetwork(int index)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId % 100_000}-{index}");
        _space = $"oc{id}";
        _outer = $"oo{id}";
        _inner = $"oi{id}";
        Host = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.{200 + (Environment.ProcessId % 50)}.{index}.1"));
        Node = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.{200 + (Environment.ProcessId % 50)}.{index}.2"));
    }

    /// <summary>Our address, as the node sees it.</summary>
    public IPAddress Host { get; }

    /// <summary>The node's address, as we see it.</summary>
    public IPAddress Node { get; }

    /// <summary>What starts a program in there.</summary>
    public string[] StartedBy => ["ip", "netns", "exec", _space];

    /// <summary>Why there are no namespaces here; null where they can be made.</summary>
    public static async Task<string?> MissingAsync()
    {
        NodeNetwork probe = new(255);
        string? problem = await probe.SetUpAsync();
        await probe.DisposeAsync();
        return problem is null ? null : $"network namespaces are not permitted here ({problem})";
    }

    /// <summary>Whether the kernel can lose and delay packets by itself (<c>netem</c>).</summary>
    public async Task<bool> HasNetemAsync() =>
        await DoAsync("ip", "netns", "exec", _space, "tc", "qdisc", "add", "dev", _inner, "root", "netem", "delay", "0ms") is null
        && await CalmAsync();

    public static async Task<NodeNetwork> CreateAsync(int index)
    {
        NodeNetwork network = new(index);
        return await network.SetUpAsync() is { } problem ? throw new InvalidOperationException(problem) : network;
    }

    /// <summary>Loses all that the node sends, or lets it through again.</summary>
    public Task<string?> LoseOutgoingAsync(bool on) =>
        DoAsync("ip", "-n", _space, "neigh", "replace", Host.ToString(), "lladdr", on ? Nobody : _outerCard, "dev", _inner, "nud", "permanent");

    /// <summary>Loses all that is sent to the node, or lets it through again.</summary>
    public Task<string?> LoseIncomingAsync(bool on) =>
        DoAsync("ip", "neigh", "replace", Node.ToString(), "lladdr", on ? Nobody : _innerCard, "dev", _outer, "nud", "permanent");

    /// <summary>Lets the kernel lose and delay what the node sends.</summary>
    public Task<string?> DisturbAsync(params string[] netem) =>
        DoAsync(["ip", "netns", "exec", _space, "tc", "qdisc", "replace", "dev", _inner, "root", "netem", .. netem]);

    public async Task<bool> CalmAsync() => await DoAsync("ip", "netns", "exec", _space, "tc", "qdisc", "del", "dev", _inner, "root") is null;

    public async ValueTask DisposeAsync()
    {
        // With the namespace its card goes, and with that card ours. Where nothing was made there is nothing to remove.
        await DoAsync("ip", "netns", "del", _space);
        await DoAsync("ip", "link", "del", _outer);
    }

    private async Task<string?> SetUpAsync()
    {
        string[][] steps =
        [
            ["ip", "netns", "add", _space],
            ["ip", "link", "add", _outer, "type", "veth", "peer", "name", _inner, "netns", _space],
            ["ip", "addr", "add", $"{Host}/30", "dev", _outer],
            ["ip", "link", "set", _outer, "up"],
            ["ip", "-n", _space, "addr", "add", $"{Node}/30", "dev", _inner],
            ["ip", "-n", _space, "link", "set", _inner, "up"],
            ["ip", "-n", _space, "link", "set", "lo", "up"],
        ];
        foreach (string[] step in steps)
        {
            if (await DoAsync(step) is { } problem)
            {
                return problem;
            }
        }

        _outerCard = await CardAsync("ip", "-br", "link", "show", "dev", _outer);
        _innerCard = await CardAsync("ip", "-n", _space, "-br", "link", "show", "dev", _inner);
        return await LoseOutgoingAsync(false) ?? await LoseIncomingAsync(false);
    }

    private static async Task<string> CardAsync(params string[] command) =>
        (await RunAsync(command)).Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];

    private static async Task<string?> DoAsync(params string[] command)
    {
        (int code, string output) = await RunAsync(command);
        return code == 0 ? null : $"{string.Join(' ', command)}: {output.ReplaceLineEndings(" ").Trim()}";
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] command)
    {
        ProcessStartInfo start = new(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(command[1..], start.ArgumentList.Add);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output + await errors);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }
    }
}
