using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

/// <summary>Many steady senders at once.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<SteadySender> _senders = [];
    private readonly List<Task<IReadOnlyList<Sent>>> _running = [];

    public SteadyLoad(IEnumerable<Member> members, IReadOnlyList<string> conversations, TimeSpan pace)
    {
        foreach (Member member in members)
        {
            SteadySender sender = new(member, conversations, pace);
            _senders.Add(sender);
            _running.Add(sender.RunAsync(_stop.Token));
        }
    }

    /// <summary>Acknowledgements so far.</summary>
    public long Acked => _senders.Sum(sender => sender.Acked);

    /// <summary>What has been acknowledged so far, of each sender in the order of sending.</summary>
    public IReadOnlyList<Sent> AckedSends() => [.. _senders.SelectMany(sender => sender.AckedSends)];

    /// <summary>The longest time that somebody waited for an acknowledgement.</summary>
    public TimeSpan LongestWait => _senders.Max(sender => sender.LongestWait);

    /// <summary>Waits until each sender has had so many more sends acknowledged.</summary>
    public async Task EachAckedAsync(int more, TimeSpan? deadline = null)
    {
        Dictionary<SteadySender, long> goals = _senders.ToDictionary(sender => sender, sender => sender.Acked + more);
        await Eventually.ValueAsync(
            () => Task.FromResult(Behind(goals)), behind => behind.Length == 0, deadline, $"{more} further acknowledgements for each sender");
    }

    /// <summary>Stops and returns all that was sent, each one acknowledged.</summary>
    public async Task<IReadOnlyList<Sent>> StopAsync()
    {
        await _stop.CancelAsync();
        return [.. (await Task.WhenAll(_running)).SelectMany(sent => sent)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    private static string Behind(Dictionary<SteadySender, long> goals)
    {
        foreach (SteadySender sender in goals.Keys)
        {
            sender.ThrowIfRefused();
        }

        return string.Join(", ", goals.Where(goal => goal.Key.Acked < goal.Value).Select(
            goal => $"{goal.Key.Name} has {goal.Key.Acked} of {goal.Value} and waits for {goal.Key.Waiting}"));
    }
}
