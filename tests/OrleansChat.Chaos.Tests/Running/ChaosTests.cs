using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Faults;
using OrleansChat.Chaos.Mutants;
using OrleansChat.Chaos.Running;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>A short run with every fault, and short ones with a bug in place.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Clients_on_every_door_and_two_nodes_go_through_every_fault_and_no_promise_is_broken()
    {
        // Who has not heard everything may be late on a busy machine: no promise is broken by that.
        RunReport report = await ChaosRun.RunAsync(new RunOptions { Time = TimeSpan.FromSeconds(25), Seed = 3, Faults = FaultTable.Usual, Rest = Deadlines.Default });

        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Acked} acknowledged, {report.Deliveries} delivered, {report.Faults.Values.Sum()} faults");
        await AssertNothingFoundAsync(report);
        Assert.True(report.Acked > 500, $"a run this small proves nothing: {report.Acked} acknowledged");
        Assert.True(report.Faults.Values.Sum() >= 5, $"only {report.Faults.Values.Sum()} faults");
    }

    [Theory]
    [InlineData("no-member-check")]
    [InlineData("ack-before-append")]
    [InlineData("live-node-swept")]
    public async Task A_bug_that_is_planted_in_a_script_or_in_the_node_is_caught(string mutant)
    {
        // A run this short may end before the bug has done harm, on a machine that is busy.
        MutantResult result;
        int seed = 1;
        do
        {
            result = await MutantRun.RunAsync(MutantTable.Get(mutant), TimeSpan.FromSeconds(5), seed);
            TestContext.Current.TestOutputHelper?.WriteLine(result.ToString());
        }
        while (!result.AsExpected && seed++ < 3);

        Assert.True(result.AsExpected, result.ToString());
    }

    private static async Task AssertNothingFoundAsync(RunReport report)
    {
        if (report.Violations.Count > 0)
        {
            string kept = Directory.CreateTempSubdirectory("orleanschat-chaos-").FullName;
            await HistoryFile.WriteAsync(kept, report.History, report.Log);
            Assert.Fail($"{report.Violations.Count} violations, history in {kept}:\n{string.Join('\n', report.Violations.Take(20))}");
        }
    }
}
