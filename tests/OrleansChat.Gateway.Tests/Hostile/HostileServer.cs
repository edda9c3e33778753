using System.Net.Http.Json;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>A whole server with the default limits on a Redis of its own, and somebody on it who must not notice anything.</summary>
public class HostileServer : IAsyncLifetime
{
    private readonly string[] _arguments;
    private HttpClient? _http;
    private int _names;

    public HostileServer()
        : this("--limits", "default")
    {
    }

    protected HostileServer(params string[] arguments) => _arguments = arguments;

    public RedisFixture Redis { get; private set; } = null!;

    public ServerProcess Process { get; private set; } = null!;

    public Uri Url => Process.Url;

    /// <summary>A connection that was opened with the server and never said anything, and since when at the earliest.</summary>
    internal (HostileClient Client, long OpenedAt) Silent { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisFixture.StartAsync();
        Process = await ServerProcess.StartAsync(Redis, ["--guests", "true", "--line", "off", "--resp", "off", .. _arguments]);
        _http = new HttpClient { BaseAddress = Url };

        // Noted before: the server counts from when it accepted, which this process may hear of later.
        long opened = TimeProvider.System.GetTimestamp();
        Silent = (await HostileClient.OpenAsync(Url, null), opened);
    }

    internal string NewName(string prefix = "guest") => $"{prefix}{Interlocked.Increment(ref _names)}";

    internal async Task<string> TokenAsync(string name)
    {
        using HttpResponseMessage answer = await _http!.PostAsJsonAsync("/api/v1/guests", new { name }).WithinAsync(what: "the guest's token");
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>Somebody who reads and has synced.</summary>
    internal async Task<HostileClient> JoinAsync(string name)
    {
        HostileClient client = (await HostileClient.OpenAsync(Url, await TokenAsync(name))).Read();
        await client.OkAsync("""{"do":"sync","positions":{}}""");
        return client;
    }

    /// <summary>Two others can still talk, and the server has logged no fault.</summary>
    internal async Task AssertUnharmedAsync()
    {
        string receiver = NewName();
        await using HostileClient one = await JoinAsync(NewName());
        await using HostileClient other = await JoinAsync(receiver);
        await one.OkAsync($$"""{"do":"send","to":"{{receiver}}","text":"still here"}""");
        await other.FindAsync(item => item.TryGetProperty("message", out JsonElement message) && message.GetProperty("text").GetString() == "still here", "the message");
        AssertNoFault();
    }

    internal void AssertNoFault() => Assert.Empty(Process.Failures);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Silent.Client is { } silent)
        {
            await silent.DisposeAsync();
        }

        _http?.Dispose();
        if (Process is { } process)
        {
            await process.DisposeAsync();
        }

        if (Redis is { } redis)
        {
            await redis.DisposeAsync();
        }
    }
}

/// <summary>The same without rate limits.</summary>
public sealed class UnlimitedServer() : HostileServer("--limits", "off");
