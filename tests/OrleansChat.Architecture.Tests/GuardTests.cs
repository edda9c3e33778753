namespace OrleansChat.Architecture.Tests;

/// <summary>The arithmetic of <c>bench/guard.sh</c>: costs of a bare WebSocket (pairs, group), then ours.</summary>
public sealed class GuardTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanschat-guard-");

    private string Recorded => Path.Combine(_directory.FullName, "guard.json");

    public async ValueTask InitializeAsync() => Assert.Equal(0, (await RunAsync("record", "cpu", "3", "2", "9", "4")).Code);

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_ratios_that_were_recorded_pass()
    {
        (int code, string output) = await RunAsync("check", "cpu", "3", "2", "9", "4");

        Assert.Equal(0, code);
        Assert.Contains("pairs: 3.00 times the bare WebSocket's cpu, recorded 3: 0 % more", output, StringComparison.Ordinal);
        Assert.DoesNotContain("REGRESSION", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slower_machine_alone_is_no_regression()
    {
        Assert.Equal(0, (await RunAsync("check", "cpu", "6", "4", "18", "8")).Code);
    }

    [Fact]
    public async Task A_path_that_costs_a_fifth_more_is_named_and_fails()
    {
        (int code, string output) = await RunAsync("check", "cpu", "3", "2", "9", "4.9");

        Assert.Equal(1, code);
        Assert.Contains("group: 2.45 times the bare WebSocket's cpu, recorded 2: 23 % more  REGRESSION", output, StringComparison.Ordinal);
        Assert.DoesNotContain("pairs: 3.00 times the bare WebSocket's cpu, recorded 3: 0 % more  REGRESSION", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_recorded_in_one_unit_says_nothing_of_another()
    {
        (int code, string output) = await RunAsync("check", "instructions", "3", "2", "9", "4");

        Assert.Equal(2, code);
        Assert.Contains("has no ratios for instructions: bench/guard.sh --record", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cost_that_is_no_number_does_not_pass()
    {
        Assert.Equal(3, (await RunAsync("check", "cpu", "3", "2", "NaN", "4")).Code);
        Assert.Equal(3, (await RunAsync("record", "cpu", "3", "2", "9")).Code);
    }

    [Fact]
    public async Task Of_two_runs_the_cheaper_one_counts_with_its_Redis()
    {
        string run = Path.Combine(_directory.FullName, "run");
        await File.WriteAllTextAsync($"{run}.1.json", """{"acked":1000,"server":{"cpuSeconds":0.9},"redis":{"cpuSeconds":0.1}}""");
        await File.WriteAllTextAsync($"{run}.2.json", """{"acked":1000,"server":{"cpuSeconds":0.5},"redis":{"cpuSeconds":0.25}}""");

        Assert.Equal((0, "750\n"), await BenchProgram.RunAsync("guard.mjs", "cost", "cpu", "acked", run));
    }

    private Task<(int Code, string Output)> RunAsync(string what, params string[] costs) =>
        BenchProgram.RunAsync("guard.mjs", [what, Recorded, .. costs]);
}
