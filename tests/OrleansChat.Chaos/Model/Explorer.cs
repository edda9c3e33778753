namespace OrleansChat.Chaos.Model;

/// <summary>What an exploration found.</summary>
/// <param name="States">How many different states there are.</param>
/// <param name="Ends">In how many of them nothing is left to do.</param>
/// <param name="Problem">What broke an invariant first, with the shortest way there; null when nothing did.</param>
internal sealed record Exploration(int States, int Ends, string? Problem)
{
    public override string ToString() => $"{States:N0} states, {Ends:N0} of them ends: {Problem ?? "every invariant holds in each"}";
}

/// <summary>Visits every state that the delivery protocol can reach, breadth first, and checks each.</summary>
internal static class Explorer
{
    private const int Most = 20_000_000;

    public static Exploration Explore(ModelFlaw flaw = ModelFlaw.None)
    {
        Moves moves = new(flaw);
        Dictionary<World, int> ids = new() { [World.New] = 0 };
        List<World> worlds = [World.New];
        List<(int Before, string What)> ways = [(-1, "start")];
        int ends = 0;
        for (int at = 0; at < worlds.Count && at < Most; at++)
        {
            World world = worlds[at];
            bool end = true;
            foreach ((string what, World next) in moves.From(world))
            {
                // A loss or a crash may happen, but nothing waits for it.
                end &= next.Losses < world.Losses || next.Crashes < world.Crashes;
                if (ids.TryAdd(next, worlds.Count))
                {
                    worlds.Add(next);
                    ways.Add((at, what));
                    if (Invariants.Broken(next) is { } broken)
                    {
                        return new Exploration(worlds.Count, ends, $"{broken} after {Way(ways, ways.Count - 1)}");
                    }
                }
            }

            if (end)
            {
                ends++;
                if (Invariants.Unfinished(world) is { } unfinished)
                {
                    return new Exploration(worlds.Count, ends, $"{unfinished} after {Way(ways, at)}");
                }
            }
        }

        return new Exploration(worlds.Count, ends, worlds.Count >= Most ? $"more than {Most:N0} states" : null);
    }

    private static string Way(List<(int Before, string What)> ways, int at)
    {
        Stack<string> steps = new();
        for (; at > 0; at = ways[at].Before)
        {
            steps.Push(ways[at].What);
        }

        return string.Join(", ", steps);
    }
}
