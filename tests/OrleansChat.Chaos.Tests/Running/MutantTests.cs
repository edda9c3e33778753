using System.Reflection;
using OrleansChat.Chaos.Faults;
using OrleansChat.Chaos.Mutants;

namespace OrleansChat.Chaos.Tests.Running;

/// <summary>The table of planted bugs stays true to the scripts.</summary>
public sealed class MutantTests
{
    [Fact]
    public void Every_edit_of_every_mutant_finds_its_place_in_a_script()
    {
        string[] scripts = [.. Scripts()];

        foreach (Mutant mutant in MutantTable.All)
        {
            Assert.All(mutant.Edits, edit => Assert.True(
                scripts.Any(script => script.Contains(edit.Find, StringComparison.Ordinal)), $"{mutant.Name}: no script contains {edit.Find}"));
        }
    }

    [Fact]
    public void Mutants_have_names_of_their_own_and_faults_that_exist()
    {
        Assert.Equal(MutantTable.All.Count, MutantTable.All.Select(mutant => mutant.Name).Distinct().Count());
        Assert.All(MutantTable.All.SelectMany(mutant => mutant.Faults), fault => Assert.NotNull(FaultTable.Get(fault)));
        Assert.True(MutantTable.All.Count(mutant => !mutant.IsControl) >= 15);
    }

    private static IEnumerable<string> Scripts()
    {
        Assembly storage = typeof(OrleansChat.Redis.RedisServerOptions).Assembly;
        foreach (string name in storage.GetManifestResourceNames().Where(name => name.EndsWith(".lua", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(storage.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
