using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Faults;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>A short run with every fault.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Clients_on_every_door_and_two_nodes_go_through_every_fault_and_no_promise_is_broken()
    {
        RunReport report = await ChaosRun.RunAsync(new RunOptions { Time = TimeSpan.FromSeconds(25), Seed = 3, Faults = FaultTable.Usual });

        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Acked} acknowledged, {report.Deliveries} delivered, {report.Faults.Values.Sum()} faults");
        await AssertNothingFoundAsync(report);
        Assert.True(report.Acked > 500, $"a run this small proves nothing: {report.Acked} acknowledged");
        Assert.True(report.Faults.Values.Sum() >= 5, $"only {report.Faults.Values.Sum()} faults");
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
