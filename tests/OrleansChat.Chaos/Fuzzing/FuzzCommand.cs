using System.CommandLine;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary><c>fuzz</c> on the command line.</summary>
internal static class FuzzCommand
{
    private const int Round = 2_000;
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long each parser is tried.", DefaultValueFactory = _ => 1 };
        Option<int> seed = new("--seed") { Description = "What mutations begin with; another one each time unless given.", DefaultValueFactory = _ => Random.Shared.Next() };
        Option<string[]> only = new("--only") { Description = "Only these parsers.", HelpName = "names", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. FuzzTable.All.Select(target => target.Name)]);
        Option<string?> corpus = new("--corpus") { Description = "A directory from which inputs are read, and to which those that led to something new are written.", HelpName = "directory" };
        Command fuzz = new("fuzz", "Tries every parser with mutated inputs. Exit code 1: one threw, or its result broke a rule; the input is printed.") { minutes, seed, only, corpus };
        fuzz.SetAction(parsed =>
        {
            FuzzTarget[] targets = [.. FuzzTable.All.Where(target => parsed.GetValue(only) is not { Length: > 0 } some || some.Contains(target.Name))];
            bool good = true;
            Console.WriteLine($"seed {parsed.GetValue(seed)}");
            foreach (FuzzTarget target in targets)
            {
                good &= Try(target, parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(corpus));
            }

            return good ? 0 : 1;
        });
        return fuzz;
    }

    private static bool Try(FuzzTarget target, int seed, TimeSpan time, string? corpus)
    {
        string? directory = corpus is null ? null : Directory.CreateDirectory(Path.Combine(corpus, target.Name)).FullName;
        FuzzRun run = new(target, seed, directory is null ? null : Directory.GetFiles(directory).Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        using Timer watch = WatchFor(run, target);
        long started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < time)
        {
            run.Go(Round);
        }

        Console.WriteLine($"{target.Name,-14} {run.Tried,12:N0} inputs, {run.Kinds,6:N0} kinds of results, {run.Findings.Count} findings");
        foreach (FuzzFinding finding in run.Findings)
        {
            Console.WriteLine(finding);
        }

        for (int i = 0; directory is not null && i < run.Corpus.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(directory, $"{i:00000}"), run.Corpus[i]);
        }

        return run.Findings.Count == 0;
    }

    // Nothing can stop a parser that does not come to an end but the end of the process; the input is worth more than that.
    private static Timer WatchFor(FuzzRun run, FuzzTarget target)
    {
        byte[] seen = run.Current;
        return new Timer(
            _ =>
            {
                byte[] now = run.Current;
                if (ReferenceEquals(now, seen))
                {
                    Environment.FailFast($"{target.Name} does not come to an end with {Convert.ToHexString(now)}");
                }

                seen = now;
            },
            null,
            Hangs,
            Hangs);
    }
}
