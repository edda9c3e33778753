namespace OrleansChat.Chaos.Fuzzing;

/// <summary>Tries parsers one after the other for a time, and keeps what was found.</summary>
internal static class FuzzSession
{
    private const int Round = 2_000;
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Says = TimeSpan.FromSeconds(10);

    /// <param name="parsers">Their names.</param>
    /// <param name="seed">What mutations begin with.</param>
    /// <param name="each">How long each is tried.</param>
    /// <param name="corpus">The directory whose files get what goes every way; null for none.</param>
    /// <param name="keep">The directory for failing inputs.</param>
    /// <returns>Whether nothing was found.</returns>
    public static bool Run(string[] parsers, int seed, TimeSpan each, string? corpus, string keep)
    {
        bool good = true;
        foreach (FuzzTarget target in FuzzTable.All.Where(target => parsers.Contains(target.Name)))
        {
            good &= Try(new FuzzRun(target, seed), target.Name, each, corpus, keep);
        }

        return good;
    }

    /// <summary>How many ways through the code a short run finds; none where it is not instrumented.</summary>
    public static int WaysOf(string parser, int seed, int inputs) => new FuzzRun(FuzzTable.All.Single(target => target.Name == parser), seed).Go(inputs).Ways;

    private static bool Try(FuzzRun run, string name, TimeSpan time, string? corpus, string keep)
    {
        using Timer watch = WatchFor(run, name, keep);
        long started = TimeProvider.System.GetTimestamp();
        TimeSpan said = Says;
        while (TimeProvider.System.GetElapsedTime(started) is var gone && gone < time)
        {
            run.Go(Round);
            if (gone > said)
            {
                said = gone + Says;
                Write(run, name, gone);
            }
        }

        Write(run, name, time);
        foreach (FuzzFinding finding in run.Findings)
        {
            Console.WriteLine(finding);
            File.AppendAllText(Path.Combine(keep, $"{name}.txt"), $"{finding}\n");
        }

        if (corpus is not null)
        {
            Directory.CreateDirectory(corpus);
            File.WriteAllLines(Path.Combine(corpus, $"{name}.txt"), run.Shortest().Select(Corpus.Line));
        }

        return run.Findings.Count == 0;
    }

    private static void Write(FuzzRun run, string name, TimeSpan gone) => Console.WriteLine(FormattableString.Invariant(
        $"{name,-14} {gone.TotalSeconds,5:0} s  {run.Tried,12:N0} inputs  {run.Kinds,6:N0} kinds of results  {run.Ways,6:N0} ways  {run.Findings.Count} findings"));

    // Nothing can stop a parser that does not come to an end but the end of the process; the input is worth more than that.
    private static Timer WatchFor(FuzzRun run, string name, string keep)
    {
        byte[] seen = run.Current;
        return new Timer(
            _ =>
            {
                byte[] now = run.Current;
                if (ReferenceEquals(now, seen))
                {
                    File.AppendAllText(Path.Combine(keep, $"{name}.txt"), $"{new FuzzFinding(name, now, "it does not come to an end")}\n");
                    Environment.FailFast($"{name} does not come to an end; the input is kept in {keep}");
                }

                seen = now;
            },
            null,
            Hangs,
            Hangs);
    }
}
