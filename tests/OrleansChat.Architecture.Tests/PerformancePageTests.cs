using System.Xml.Linq;

namespace OrleansChat.Architecture.Tests;

/// <summary>How <c>bench/report.mjs</c> makes docs/performance.md of the results of <c>bench/compare.sh</c>.</summary>
public sealed class PerformancePageTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanschat-performance-");

    private string Page => Path.Combine(_directory.FullName, "performance.md");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Medians_stand_with_their_range_and_as_ratios()
    {
        Pairs("1.ours", 150_000);
        Pairs("2.ours", 140_000);
        Pairs("3.ours", 170_000);
        Pairs("1.socketio", 15_000);

        string page = await WriteAsync();

        Assert.Contains("| **OrleansChat**, native door | 150,000 <sub>140,000–170,000</sub> | 8 <sub>8–8</sub> |", page, StringComparison.Ordinal);
        Assert.Contains("| pairs, window 8: times Socket.IO + Redis | at least 7 | 10 | yes |", page, StringComparison.Ordinal);
        Assert.Contains("Nothing was lost, doubled or reordered in any run.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_is_named_and_so_is_what_the_checks_found()
    {
        Pairs("1.ours", 150_000, """["c1: number 7 came where 6 was due"]""");
        Result("1.ejabberd.start.failed", "did not start: ejabberd is not installed");

        string page = await WriteAsync();

        Assert.Contains("| ejabberd, no archive | failed |", page, StringComparison.Ordinal);
        Assert.Contains("- 1.ejabberd.start failed: did not start: ejabberd is not installed", page, StringComparison.Ordinal);
        Assert.Contains("- 1.ours.pairs8: 1, the first: c1: number 7 came where 6 was due", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was lost", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_this_server_is_measured_for_has_its_medians_and_meets_its_bounds()
    {
        Alone("1", "group10k", "group of 10000, 5 senders, window 2, 100 bytes");
        Alone("2", "group10k", "group of 10000, 5 senders, window 2, 100 bytes");
        Alone("1", "native", "100 pairs, window 8, 100 bytes");
        Alone("1", "signalr", "100 pairs, window 8, 100 bytes, signalr door");
        Pairs("1.ours", 150_000);
        Pairs("growth.group.100", 5_000, load: "");
        Result("0.growth-messages.done", "");

        string page = await WriteAsync();

        Assert.Contains("Medians of 2 rounds", page, StringComparison.Ordinal);
        Assert.Contains("| group of 10,000, 5 senders, window 2 | 9,000 <sub>9,000–9,000</sub> deliveries/s | 4 <sub>4–4</sub> us of CPU each |", page, StringComparison.Ordinal);
        Assert.Contains("| SignalR door: 100 pairs, window 8 | 9,000 deliveries/s | 8 us of CPU a message |", page, StringComparison.Ordinal);
        Assert.Contains("| group of 10,000: us of CPU a delivery | at most 1.5 | 4 | **no** |", page, StringComparison.Ordinal);
        Assert.Contains("| CPU a message through the SignalR door, times native | at most 1.5 | 1 | yes |", page, StringComparison.Ordinal);
        Assert.Contains("10k", await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "images", "performance-group.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_by_what_and_when_it_was_measured_and_what_is_older()
    {
        Pairs("1.ours", 150_000);
        string machine = Path.Combine(_directory.FullName, "machine.json");
        Assert.Equal(0, (await BenchProgram.RunAsync("machine.mjs", "bench/compare.sh --only ours", machine)).Code);
        Assert.Equal(0, (await BenchProgram.RunAsync("machine.mjs", "bench/compare.sh --only redis", machine)).Code);

        string page = await WriteAsync();

        Assert.Contains("Measured by `bench/compare.sh --only redis` on ", page, StringComparison.Ordinal);
        Assert.Contains("- `bench/compare.sh --only ours` on ", page, StringComparison.Ordinal);
        Assert.Contains(" cores (", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_by_hand_stays()
    {
        Pairs("1.ours", 150_000);
        string first = await WriteAsync();
        await File.WriteAllTextAsync(Page, $"{first}\n## By hand\n");
        Pairs("1.ours", 90_000);

        string second = await WriteAsync();

        Assert.EndsWith("\n## By hand\n", second, StringComparison.Ordinal);
        Assert.Contains("| 90,000 |", second, StringComparison.Ordinal);
        Assert.DoesNotContain("150,000", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_without_the_markers_is_left_alone()
    {
        Pairs("1.ours", 150_000);
        await File.WriteAllTextAsync(Page, "# Ours\n");

        Assert.Equal(1, (await BenchProgram.RunAsync("report.mjs", _directory.FullName, _directory.FullName)).Code);
        Assert.Equal("# Ours\n", await File.ReadAllTextAsync(Page));
    }

    [Fact]
    public async Task Charts_are_well_formed_and_have_colours_for_dark_pages()
    {
        Pairs("1.ours", 150_000);
        Pairs("1.socketio", 15_000);
        Pairs("growth.conversations.10", 5_000, load: "");
        Pairs("growth.conversations.100", 5_000, load: "");

        string page = await WriteAsync();

        foreach (string name in new[] { "throughput", "cpu", "conversations" })
        {
            Assert.Contains($"(images/performance-{name}.svg)", page, StringComparison.Ordinal);
            string chart = await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "images", $"performance-{name}.svg"));
            Assert.Equal("svg", XDocument.Parse(chart).Root?.Name.LocalName);
            Assert.Contains("prefers-color-scheme: dark", chart, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", chart, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_page_in_the_repository_has_the_markers()
    {
        string page = Repository.Read("docs/performance.md");

        Assert.InRange(page.IndexOf("<!-- measured: bench/compare.sh writes up to the next marker -->", StringComparison.Ordinal), 0, page.IndexOf("<!-- /measured -->", StringComparison.Ordinal));
    }

    private void Pairs(string of, int perSecond, string violations = "[]", string load = ".pairs8") =>
        Result($"{of}{load}.json", $$"""
            {"load":"100 pairs, window 8, 100 bytes","acked":1000,"ackedPerSecond":{{perSecond}},"deliveredPerSecond":{{perSecond}},
            "ack":{"p50":1,"p99":2},"endToEnd":{"p50":1,"p99":2},"server":{"cores":1,"perAcked":6,"perDelivered":6},"redis":{"cores":0.2,"perAcked":2,"perDelivered":2},
            "generator":{"cores":0.5},"violationCount":{{(violations == "[]" ? 0 : 1)}},"violations":{{violations}}}
            """);

    private void Alone(string round, string load, string words) =>
        Result($"{round}.ours-alone.{load}.json", $$"""
            {"load":"{{words}}","acked":1000,"ackedPerSecond":9000,"deliveredPerSecond":9000,"ack":{"p50":1,"p99":2},"endToEnd":{"p50":1,"p99":2},
            "server":{"cores":1,"perAcked":6,"perDelivered":3},"redis":{"cores":0.2,"perAcked":2,"perDelivered":1},"generator":{"cores":0.5},"violationCount":0,"violations":[]}
            """);

    private void Result(string file, string text) => File.WriteAllText(Path.Combine(_directory.FullName, file), text);

    private async Task<string> WriteAsync()
    {
        (int code, string output) = await BenchProgram.RunAsync("report.mjs", _directory.FullName, _directory.FullName);
        Assert.True(code == 0, output);
        return await File.ReadAllTextAsync(Page);
    }
}
