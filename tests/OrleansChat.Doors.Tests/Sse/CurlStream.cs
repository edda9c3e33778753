using System.Diagnostics;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Sse;

/// <summary>An event of a stream.</summary>
internal sealed record SseEvent(string Name, JsonElement Data, string? Id);

/// <summary>A stream of events as <c>curl -N</c> gets it.</summary>
internal sealed class CurlStream : IAsyncDisposable
{
    private readonly Process _curl;

    private CurlStream(Process curl) => _curl = curl;

    /// <summary>Lines that are not part of an event: comments and retry.</summary>
    public List<string> Others { get; } = [];

    /// <summary>The id of the last event that had one.</summary>
    public string? LastId { get; private set; }

    /// <summary>Begins the stream and passes over its first two events, <c>hello</c> and <c>sync</c>.</summary>
    public static async Task<CurlStream> OpenAsync(ServerProcess server, string token, string? lastId = null)
    {
        CurlStream stream = Begin(server, "/api/v1/events", "-H", $"Authorization: Bearer {token}", "-H", $"Last-Event-ID: {lastId}");
        Assert.Equal("hello", (await stream.NextAsync()).Name);
        Assert.Equal("sync", (await stream.NextAsync()).Name);
        return stream;
    }

    public static CurlStream Begin(ServerProcess server, string path, params string[] arguments)
    {
        ProcessStartInfo start = new("curl", ["-sN", "-S", "--max-time", "120", .. arguments, new Uri(server.Url, path).ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new CurlStream(Process.Start(start)!);
    }

    /// <summary>The next event.</summary>
    public async Task<SseEvent> NextAsync()
    {
        string? name = null;
        string? data = null;
        string? id = null;
        while (await ReadLineAsync() is { } line)
        {
            if (line.Length == 0 && data is not null)
            {
                LastId = id ?? LastId;
                return new SseEvent(name ?? "message", JsonElement.Parse(data), id);
            }

            _ = line.Split(": ", 2) switch
            {
                ["event", var value] => name = value,
                ["data", var value] => data = value,
                ["id", var value] => id = value,
                _ => AddOther(line),
            };
        }

        throw new InvalidOperationException("The stream ended.");
    }

    /// <summary>The next event of a name.</summary>
    public async Task<SseEvent> NextAsync(string name)
    {
        while (true)
        {
            SseEvent next = await NextAsync();
            if (next.Name == name)
            {
                return next;
            }
        }
    }

    /// <summary>The text of the next message.</summary>
    public async Task<string?> TextAsync() => (await NextAsync("message")).Data.GetProperty("message").GetProperty("text").GetString();

    public Task<string?> ReadLineAsync() => _curl.StandardOutput.ReadLineAsync().WithinAsync(what: "the next line of the stream");

    /// <summary>curl's exit code, once the server has ended the stream.</summary>
    public async Task<int> EndAsync()
    {
        await _curl.StandardOutput.ReadToEndAsync().WithinAsync(what: "the end of the stream");
        await _curl.WaitForExitAsync().WithinAsync(what: "the end of curl");
        return _curl.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_curl.HasExited)
        {
            _curl.Kill();
            await _curl.WaitForExitAsync();
        }

        _curl.Dispose();
    }

    private string AddOther(string line)
    {
        if (line.Length > 0)
        {
            Others.Add(line);
        }

        return line;
    }
}
