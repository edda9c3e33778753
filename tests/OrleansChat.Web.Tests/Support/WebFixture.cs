using Microsoft.Playwright;
using OrleansChat.Testing;
using OrleansChat.Web.Tests.Support;

[assembly: AssemblyFixture(typeof(WebFixture))]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace OrleansChat.Web.Tests.Support;

/// <summary>One Chromium, one Redis and two nodes for all tests; each test opens windows of its own, and nodes where it does something to them.</summary>
public sealed class WebFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private ServerProcess? _north;
    private ServerProcess? _south;
    private int _names;

    public RedisFixture Redis { get; } = new();

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("The fixture was not initialised.");

    public ServerProcess North => _north ?? throw new InvalidOperationException("The fixture was not initialised.");

    public ServerProcess South => _south ?? throw new InvalidOperationException("The fixture was not initialised.");

    /// <summary>A name that no other test uses.</summary>
    public string Name(string begin) => $"{begin}{Interlocked.Increment(ref _names)}";

    public async ValueTask InitializeAsync()
    {
        await Redis.InitializeAsync();
        (_north, _south) = await WebCluster.StartNodesAsync(Redis);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = FindChromium(),
            // The tests may run as root in a container, where Chromium's own sandbox cannot be set up.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        foreach (ServerProcess node in new[] { _south, _north }.OfType<ServerProcess>())
        {
            await node.DisposeAsync();
        }

        await Redis.DisposeAsync();
    }

    private static string FindChromium() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("Chromium is not in the PATH. Install it: sudo apt-get install chromium");
}
