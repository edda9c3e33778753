using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using OrleansChat.Deployment.Tests.Files;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Topology;

/// <summary>nginx with the configuration of this repository, in which only the addresses are others.</summary>
internal sealed partial class NginxProcess : IAsyncDisposable
{
    private readonly TestDirectory _prefix = new();
    private readonly int _port = FreePort.Next();
    private readonly List<int> _watched = [];
    private Process? _process;

    private NginxProcess(IEnumerable<Uri> gateways)
    {
        File.WriteAllText(Path("nginx.conf"), Once(Listen(), Repository.Read("deploy/nginx.conf"), $"listen 127.0.0.1:{_port} "));
        string[] servers = [.. gateways.Select(gateway => Once(Server(), Server().Match(Repository.Read("deploy/gateways.conf")).Value, $"server {gateway.Authority} $1;"))];
        File.WriteAllLines(Path("gateways.conf"), servers);
    }

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public static async Task<NginxProcess> StartAsync(IEnumerable<Uri> gateways)
    {
        NginxProcess nginx = new(gateways);
        try
        {
            await nginx.StartAsync();
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it as <c>docker compose restart</c> does, which cuts every connection, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _prefix.DisposeAsync();
    }

    private async Task StartAsync()
    {
        // Where root runs the tests, workers of another user could not get at their files in the prefix.
        ProcessStartInfo start = new("nginx", ["-p", _prefix.Path + "/", "-c", Path("nginx.conf"), "-g", "daemon off; user root root;"]) { RedirectStandardError = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException("nginx did not start.");
        _process.ErrorDataReceived += static (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? string.Empty);
        _process.BeginErrorReadLine();
        Watch(_process.Id);
        await Eventually.TrueAsync(IsListeningAsync);
        foreach (int worker in Children(_process.Id))
        {
            Watch(worker);
        }
    }

    private async Task StopAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
            PosixSignals.Terminate(process.Id);
        }

        await process.WaitForExitAsync().WithinAsync(what: "the end of nginx");
        process.Dispose();
        _process = null;
        _watched.ForEach(Watchdog.Forget);
        _watched.Clear();
    }

    // The master ends its workers, but cannot when it is killed itself.
    private void Watch(int pid)
    {
        Watchdog.Watch(pid);
        _watched.Add(pid);
    }

    private async Task<bool> IsListeningAsync()
    {
        Assert.False(_process!.HasExited, "nginx has ended; does its configuration hold?");
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IEnumerable<int> Children(int pid)
    {
        // Not every kernel tells.
        string list = $"/proc/{pid}/task/{pid}/children";
        string[] children = File.Exists(list) ? File.ReadAllText(list).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return children.Select(child => int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));
    }

    private string Path(string name) => System.IO.Path.Combine(_prefix.Path, name);

    private static string Once(Regex place, string text, string replacement)
    {
        Assert.Single(place.Matches(text));
        return place.Replace(text, replacement);
    }

    [GeneratedRegex("listen 8080 ")]
    private static partial Regex Listen();

    // Only nginx 1.27.3 and newer can ask for a name again.
    [GeneratedRegex(@"^server gateway:8080 (.*) resolve;$", RegexOptions.Multiline)]
    private static partial Regex Server();
}
