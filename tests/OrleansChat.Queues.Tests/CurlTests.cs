using System.Diagnostics;
using System.Text.Json;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary>The requests as a stock curl makes them.</summary>
public sealed class CurlTests(QueuesFixture nodes)
{
    [Fact]
    public async Task Curl_posts_looks_takes_leases_and_acknowledges()
    {
        using QueueUser owner = await nodes.UserAsync();
        string url = $"{owner.Node.Url}q/{nodes.Name("curl")}";

        long key = JsonElement.Parse(await CurlAsync(owner, "-d", "value=one two", url)).GetProperty("key").GetInt64();
        Assert.Equal("one two", Item.Of(JsonElement.Parse(await CurlAsync(owner, url + "?soft=true"))).Value);
        Assert.Equal(key, Item.Of(JsonElement.Parse(await CurlAsync(owner, url + "?ack=true&lease=30"))).Key);
        Assert.Equal("204", await CurlAsync(owner, "-X", "DELETE", "-w", "%{http_code}", $"{url}/{key}"));
        await CurlAsync(owner, "-H", "content-type: application/json", "-d", """{"value":[1]}""", url);
        Assert.Equal("[1]", Item.Of(JsonElement.Parse(await CurlAsync(owner, url))).Value);
        Assert.Equal("204", await CurlAsync(owner, "-w", "%{http_code}", url));
    }

    [Theory]
    [InlineData("*/*", "")]
    [InlineData("text/event-stream", "data: ")]
    public async Task Curl_streams(string accept, string before)
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("curl");
        await owner.PutAsync(queue, "waits");

        using Process curl = Start(owner, "-N", "-H", $"accept: {accept}", $"{owner.Node.Url}c/{queue}");
        try
        {
            Assert.Equal("waits", await ReadAsync(curl, before));
            await owner.At(nodes.South).PutAsync(queue, "comes");
            Assert.Equal("comes", await ReadAsync(curl, before));
        }
        finally
        {
            curl.Kill();
            await curl.WaitForExitAsync().WithinAsync();
        }
    }

    private static async Task<string> ReadAsync(Process curl, string before)
    {
        while (true)
        {
            string line = await curl.StandardOutput.ReadLineAsync().WithinAsync() ?? throw new EndOfStreamException("curl has ended.");
            if (line.StartsWith(before + "{", StringComparison.Ordinal))
            {
                return Item.Of(JsonElement.Parse(line[before.Length..])).Value;
            }
        }
    }

    private static async Task<string> CurlAsync(QueueUser user, params string[] arguments)
    {
        using Process curl = Start(user, arguments);
        string output = await curl.StandardOutput.ReadToEndAsync().WithinAsync();
        await curl.WaitForExitAsync().WithinAsync();
        Assert.Equal(0, curl.ExitCode);
        return output;
    }

    private static Process Start(QueueUser user, params string[] arguments)
    {
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-s", "--max-time", "60", "-H", $"authorization: Bearer {user.Token}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("curl did not start.");
    }
}
