using OrleansChat.Chaos.Overload;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>More than a node can do, briefly: what must hold whatever the machine.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task A_node_that_is_offered_three_times_what_it_can_do_refuses_early_acknowledges_truly_and_goes_on()
    {
        OverloadReport report = await OverloadRun.RunAsync(senders: 12, TimeSpan.FromSeconds(2), still: TimeSpan.Zero);

        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Flood}; direct {report.QuietDuring}; {report.MegaBytes:0} MB");
        Assert.Empty(report.Broken());
        Assert.True(report.Flood.Count("ok") > 0, report.Flood.ToString());
        Assert.Equal(report.Flood.Total, report.Flood.Count("ok") + report.Flood.Count("rate_limited") + report.Flood.Count("unavailable"));
    }

    [Fact]
    public async Task Everybody_who_was_at_a_node_that_died_is_let_in_at_the_other()
    {
        StormReport report = await StormRun.RunAsync(200);

        Assert.Empty(report.Broken());
    }
}
