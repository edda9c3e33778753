using OrleansChat.Chaos.Faults;
using OrleansChat.Chaos.Mutants;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>The table of planted bugs stays true to the scripts.</summary>
public sealed class MutantTests
{
    [Fact]
    public void Every_edit_of_every_mutant_finds_its_one_place_in_the_scripts()
    {
        Assert.NotEmpty(ServerScripts.All);
        Assert.All(MutantTable.All, mutant => Assert.Empty(mutant.Misplaced(ServerScripts.All)));
    }

    [Fact]
    public void A_mutant_whose_place_is_gone_or_not_the_only_one_says_so()
    {
        Mutant mutant = new("m", "", [], [], [("here", "there")]);

        Assert.Empty(mutant.Misplaced(["it stands here", "not in this one"]));
        Assert.Equal(["here"], mutant.Misplaced(["it is gone"]));
        Assert.Equal(["here"], mutant.Misplaced(["it stands here", "and here"]));
    }

    [Fact]
    public void A_mutant_changes_something()
    {
        Assert.All(MutantTable.All, mutant => Assert.True(mutant.Edits.Count > 0 || mutant.Replace is not null, mutant.Name));
        Assert.All(MutantTable.All.SelectMany(mutant => mutant.Edits), edit => Assert.NotEqual(edit.Find, edit.Put));
    }

    [Fact]
    public void Mutants_have_names_of_their_own_and_faults_that_exist()
    {
        Assert.Equal(MutantTable.All.Count, MutantTable.All.Select(mutant => mutant.Name).Distinct().Count());
        Assert.All(MutantTable.All.SelectMany(mutant => mutant.Faults), fault => Assert.NotNull(FaultTable.Get(fault)));
        Assert.True(MutantTable.All.Count(mutant => !mutant.IsControl) >= 15);
    }
}
