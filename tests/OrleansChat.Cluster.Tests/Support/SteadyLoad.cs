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

    /// <summary>Waits until each sender has had so many more sends acknowledged.</summary>
    public async Task EachAckedAsync(int more, TimeSpan? deadline = null)
    {
        long[] goals = [.. _senders.Select(sender => sender.Acked + more)];
        await Eventually.TrueAsync(
            () => _senders.Zip(goals).All(pair => pair.First.Acked >= pair.Second), deadline, $"{more} further acknowledgements for each sender");
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
}
