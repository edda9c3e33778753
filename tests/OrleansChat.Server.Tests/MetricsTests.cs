using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task What_happened_on_the_node_can_be_scraped()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient http = new() { BaseAddress = server.Url };
        var rest = new ChatRest(http);
        string alice = (await rest.CreateGuestAsync("alice")).Token;
        await rest.CreateGuestAsync("bob");
        await using (var chat = new ChatClient(new ChatClientOptions { Addresses = [server.Url], Token = alice }))
        {
            await chat.ConnectAsync().WithinAsync();
            await chat.SendAsync("bob", "one", "c1").WithinAsync();
            await chat.SendAsync("bob", "one", "c1").WithinAsync();
            await Assert.ThrowsAsync<ChatException>(() => chat.SendAsync("nobody-here", "one").WithinAsync());

            string open = await http.GetStringAsync("/metrics");
            Assert.Equal(1, Value(open, "chat_connections{door=\"native\"}"));
            Assert.Equal(2, Value(open, "chat_commands_total{command=\"send\",outcome=\"ok\"}"));
            Assert.Equal(1, Value(open, "chat_commands_total{command=\"send\",outcome=\"no_such_user\"}"));
            Assert.Equal(1, Value(open, "chat_sends_duplicate_total"));
            Assert.True(Value(open, "chat_append_duration_seconds_count") >= 2);
            Assert.True(Value(open, "chat_redis_duration_seconds_count{outcome=\"ok\",step=\"append\"}") >= 2);
            Assert.True(Value(open, "orleans_catalog_activations") > 0);
            Assert.Contains("dotnet_gc_collections_total", open, StringComparison.Ordinal);
            Assert.DoesNotContain("alice", open, StringComparison.Ordinal);

            // The first message is read from the log, since it is what opens the conversation; those after it are fanned out.
            await Eventually.TrueAsync(async () =>
            {
                await chat.SendAsync("bob", "more").WithinAsync();
                return Value(await http.GetStringAsync("/metrics"), "chat_fanout_recipients_sum") > 0;
            });
        }

        string closed = await Eventually.ValueAsync(
            () => http.GetStringAsync("/metrics"), text => Value(text, "chat_connections{door=\"native\"}") == 0);
        Assert.Equal(1, Value(closed, "chat_sessions_closed_total{reason=\"gone\"}"));
    }

    [Fact]
    public async Task Prometheus_finds_nothing_wrong_with_them()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient http = new() { BaseAddress = server.Url };
        await new ChatRest(http).CreateGuestAsync("alice");
        string metrics = await http.GetStringAsync("/metrics");

        using Process promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        string said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync().WithinAsync(what: "the end of promtool");

        Assert.True(promtool.ExitCode == 0, said);
    }

    [Fact]
    public async Task A_collector_gets_them_at_the_latest_when_the_node_stops()
    {
        int port = FreePort.Next();
        using var collector = new HttpListener();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        Task<HttpListenerContext> exported = collector.GetContextAsync();
        await using ServerProcess server = await ServerProcess.StartAsync("--otlp", $"http://127.0.0.1:{port}");

        Task<int> stopped = server.StopAsync();
        HttpListenerContext export = await exported.WithinAsync(what: "the export");
        using var body = new MemoryStream();
        await export.Request.InputStream.CopyToAsync(body);
        export.Response.Close();

        Assert.Equal("/v1/metrics", export.Request.Url!.AbsolutePath);
        Assert.Contains("chat.redis.duration", Encoding.Latin1.GetString(body.ToArray()), StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_collector_that_is_away_does_not_hold_up_the_end()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--otlp", $"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(0, await server.StopAsync());
    }

    // Zero where there is no such series yet.
    private static double Value(string metrics, string series) =>
        metrics.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture)
            : 0;
}
