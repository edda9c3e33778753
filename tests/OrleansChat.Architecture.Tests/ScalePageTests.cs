using System.Diagnostics;

namespace OrleansChat.Architecture.Tests;

/// <summary>docs/scale.md says what its own unit costs and formulas come to.</summary>
public sealed class ScalePageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "scale.md");

    [Fact]
    public async Task Tables_of_the_page_follow_from_its_unit_costs()
    {
        (int code, string errors) = await ComputeAsync("--check", Page);

        Assert.True(code == 0, errors);
        Assert.DoesNotContain(await File.ReadAllLinesAsync(Page), line => line.StartsWith("| `", StringComparison.Ordinal) && line.EndsWith("| |", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_unit_cost_gives_another_page()
    {
        string copy = Path.GetTempFileName();
        try
        {
            string page = await File.ReadAllTextAsync(Page);
            await File.WriteAllTextAsync(copy, page.Replace("| `node_connections` | 100,000 |", "| `node_connections` | 10,000 |", StringComparison.Ordinal));

            Assert.Equal(1, (await ComputeAsync("--check", copy)).Code);
            Assert.Equal(0, (await ComputeAsync(copy)).Code);
            Assert.Equal(0, (await ComputeAsync("--check", copy)).Code);

            string nodes = (await File.ReadAllLinesAsync(copy)).Single(line => line.StartsWith("| `nodes` |", StringComparison.Ordinal));
            Assert.EndsWith("| 2 | 2 | 50 | 500 |", nodes, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static async Task<(int Code, string Errors)> ComputeAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("bash") { RedirectStandardError = true };
        foreach (string argument in arguments.Prepend(Path.Combine(Repository.Root, "bench", "scale.sh")))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }
}
