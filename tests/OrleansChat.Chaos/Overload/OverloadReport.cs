namespace OrleansChat.Chaos.Overload;

/// <summary>What an overload showed.</summary>
internal sealed record OverloadReport
{
    /// <summary>What a direct conversation beside a flooded group may take, 99 times of 100: the deadline of one step in Redis.</summary>
    public static readonly TimeSpan DirectMost = TimeSpan.FromSeconds(2);

    /// <summary>What it may take at a node to which thousands of clients come at once, 99 times of 100.</summary>
    public static readonly TimeSpan StormMost = TimeSpan.FromSeconds(5);

    /// <summary>How soon after a flood sends are acknowledged again.</summary>
    public static readonly TimeSpan RecoveryMost = TimeSpan.FromSeconds(30);

    /// <summary>What a node may hold at most, in megabytes.</summary>
    public const double MegaBytesMost = 1024;

    /// <summary>Acknowledged sends a second, when nobody sends before the answer to the last has come.</summary>
    public required double Capacity { get; init; }

    /// <summary>Sends a second that were offered then.</summary>
    public required double Offered { get; init; }

    /// <summary>What became of them.</summary>
    public required Tally Flood { get; init; }

    /// <summary>The direct conversation beside, at capacity.</summary>
    public required Tally QuietBefore { get; init; }

    /// <summary>The same in the flood.</summary>
    public required Tally QuietDuring { get; init; }

    /// <summary>The node's memory at most, until the end of the flood.</summary>
    public required double MegaBytes { get; init; }

    /// <summary>What was offered while Redis stood still.</summary>
    public required Tally Standing { get; init; }

    /// <summary>The node's memory at most, over all.</summary>
    public required double StandingMegaBytes { get; init; }

    /// <summary>From the end of it all to the first send that is acknowledged again.</summary>
    public required TimeSpan Recovery { get; init; }

    /// <summary>Acknowledged and not in the log.</summary>
    public required IReadOnlyList<string> False { get; init; }

    /// <summary>How many entries too many there are.</summary>
    public required int Doubled { get; init; }

    /// <summary>What must hold and did not, whatever the machine.</summary>
    public IEnumerable<string> Broken()
    {
        foreach ((string what, Tally tally) in ((string, Tally)[])[("the flood", Flood), ("the standstill", Standing), ("the direct conversation", QuietDuring)])
        {
            if (!tally.Final.IsEmpty)
            {
                yield return $"{tally.Final.Count} sends of {what} were refused for good, such as {tally.Final.First()}";
            }
        }

        if (False.Count > 0)
        {
            yield return $"{False.Count} acknowledged sends are not in the log, such as {False[0]}";
        }

        if (Doubled > 0)
        {
            yield return $"{Doubled} entries are in the log twice";
        }

        if (QuietDuring.Count("ok") != QuietDuring.Total)
        {
            yield return $"the direct conversation was refused: {QuietDuring}";
        }

        double most = Math.Max(MegaBytes, StandingMegaBytes);
        if (most > MegaBytesMost)
        {
            yield return FormattableString.Invariant($"the node took {most:0} MB, {MegaBytesMost:0} are the bound");
        }
    }

    /// <summary>What a machine that does nothing else must show besides.</summary>
    public IEnumerable<string> Slow()
    {
        if (Flood.Refused == 0 && Flood.Total >= Offered)
        {
            yield return "more was offered than the node can do, and nothing was refused";
        }

        if (QuietDuring.Latency(0.99) > DirectMost.TotalMilliseconds)
        {
            yield return FormattableString.Invariant($"the direct conversation took {QuietDuring.Latency(0.99):0} ms beside the flood");
        }

        if (Recovery > RecoveryMost)
        {
            yield return $"nothing was acknowledged for {Recovery} after the flood";
        }
    }
}
