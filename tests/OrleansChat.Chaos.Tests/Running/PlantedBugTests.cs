using OrleansChat.Chaos.Mutants;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>Short runs with a bug in place; a class of its own, because they mostly wait and so go well beside the others.</summary>
public sealed class PlantedBugTests
{
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
}
