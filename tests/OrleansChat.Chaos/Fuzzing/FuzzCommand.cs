using System.CommandLine;
using OrleansChat.Chaos.Fuzzing.Coverage;
using OrleansChat.Chaos.Fuzzing.Doors;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary><c>fuzz</c> on the command line.</summary>
internal static class FuzzCommand
{
    private const string DoorsName = "doors";

    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long each parser is tried, and then the doors of a node.", DefaultValueFactory = _ => 1 };
        Option<int> seed = new("--seed") { Description = "What mutations begin with; another one each time unless given.", DefaultValueFactory = _ => Random.Shared.Next() };
        Option<string[]> only = new("--only") { Description = "Only these parsers, or only the doors.", HelpName = "names", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. FuzzTable.All.Select(target => target.Name), DoorsName]);
        Option<bool> plain = new("--plain") { Description = "Does not instrument the code: more inputs, led by the kinds of their results alone." };
        Option<string?> corpus = new("--corpus") { Description = "A directory to whose files the inputs are written that go every way found.", HelpName = "directory" };
        Option<string?> keep = new("--keep") { Description = "Where failing inputs are kept [a temporary directory].", HelpName = "directory" };
        Command fuzz = new("fuzz", "Tries every parser and every door with mutated inputs, led by the code that they reach. Exit code 1: one failed, or broke a rule; the input is kept.")
        {
            minutes, seed, only, plain, corpus, keep,
        };
        fuzz.SetAction(async parsed =>
        {
            string[] chosen = parsed.GetValue(only) is { Length: > 0 } some ? some : [.. FuzzTable.All.Select(target => target.Name), DoorsName];
            TimeSpan each = TimeSpan.FromMinutes(parsed.GetValue(minutes));
            int begin = parsed.GetValue(seed);
            string kept = Directory.CreateDirectory(parsed.GetValue(keep) ?? Path.Combine(Path.GetTempPath(), $"orleanschat-fuzz-{begin}")).FullName;
            Console.WriteLine($"seed {begin}");
            string[] parsers = [.. chosen.Where(name => name != DoorsName)];
            object?[] arguments = [parsers, begin, each, parsed.GetValue(corpus), kept];
            bool good = parsed.GetValue(plain)
                ? FuzzSession.Run(parsers, begin, each, parsed.GetValue(corpus), kept)
                : CoveredCode.Call<bool>(typeof(FuzzSession), nameof(FuzzSession.Run), arguments);
            if (chosen.Contains(DoorsName))
            {
                good &= await DoorFuzz.RunAsync(begin, each, kept);
            }

            if (Directory.GetFiles(kept).Length == 0 && parsed.GetValue(keep) is null)
            {
                Directory.Delete(kept);
            }

            Console.WriteLine(good ? "nothing was found" : $"what failed is kept in {kept}; with its mend it becomes a seed of its parser or door");
            return good ? 0 : 1;
        });
        return fuzz;
    }
}
