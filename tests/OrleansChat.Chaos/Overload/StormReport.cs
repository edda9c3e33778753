using System.Collections.Concurrent;

namespace OrleansChat.Chaos.Overload;

/// <summary>What a storm showed.</summary>
/// <param name="Clients">How many came to the other node.</param>
/// <param name="Attempts">When each of their attempts began, in milliseconds after the node had ended.</param>
/// <param name="Back">How long until all of them were back.</param>
/// <param name="Beside">Sends of somebody at the node that they came to, meanwhile.</param>
internal sealed record StormReport(int Clients, ConcurrentBag<double> Attempts, TimeSpan Back, Tally Beside)
{
    private const double Crowded = 0.8;

    /// <summary>The most attempts within a tenth of a second.</summary>
    public int Busiest => Attempts.GroupBy(at => (int)(at / 100)).Select(tenth => tenth.Count()).DefaultIfEmpty().Max();

    /// <summary>What did not hold.</summary>
    public IEnumerable<string> Broken()
    {
        if (Beside.Count("ok") != Beside.Total)
        {
            yield return $"somebody who had been at the other node all the while was refused: {Beside}";
        }
    }

    /// <summary>What a machine that does nothing else must show besides.</summary>
    public IEnumerable<string> Slow()
    {
        if (Busiest > Crowded * Clients)
        {
            yield return $"{Busiest} of {Clients} clients came within a tenth of a second";
        }

        if (Beside.Latency(0.99) > OverloadReport.StormMost.TotalMilliseconds)
        {
            yield return FormattableString.Invariant($"the direct conversation took {Beside.Latency(0.99):0} ms beside the storm");
        }
    }
}
