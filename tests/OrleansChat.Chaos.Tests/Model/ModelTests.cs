using OrleansChat.Chaos.Model;

namespace OrleansChat.Chaos.Tests.Model;

/// <summary>The delivery protocol, explored exhaustively for two nodes, two senders and three messages.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Every_reachable_state_of_the_protocol_keeps_every_invariant()
    {
        Exploration found = Explorer.Explore();

        TestContext.Current.TestOutputHelper?.WriteLine(found.ToString());
        Assert.Null(found.Problem);
        Assert.True(found.States > 100_000, $"an exploration this small proves nothing: {found}");
        Assert.True(found.Ends > 0, found.ToString());
    }

    [Theory]
    [InlineData(nameof(ModelFlaw.NoGapRepair), "I5")]
    [InlineData(nameof(ModelFlaw.ReadBeforeFollow), "I5")]
    [InlineData(nameof(ModelFlaw.NoNumberOrder), "I2")]
    [InlineData(nameof(ModelFlaw.RepeatNotDropped), "I2")]
    [InlineData(nameof(ModelFlaw.NoDuplicateWindow), "I3")]
    [InlineData(nameof(ModelFlaw.AckBeforeAppend), "I")]
    [InlineData(nameof(ModelFlaw.NoCatchUp), "I5")]
    [InlineData(nameof(ModelFlaw.NoResumePosition), "I2")]
    public void A_bug_that_is_put_into_the_model_is_found(string flaw, string invariant)
    {
        Exploration found = Explorer.Explore(Enum.Parse<ModelFlaw>(flaw));

        TestContext.Current.TestOutputHelper?.WriteLine($"{flaw}: {found}");
        Assert.NotNull(found.Problem);
        Assert.StartsWith(invariant, found.Problem, StringComparison.Ordinal);
    }
}
