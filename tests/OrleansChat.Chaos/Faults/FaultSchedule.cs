using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Faults;

/// <summary>One fault after the other, chosen by a seed, with short rests between.</summary>
internal sealed class FaultSchedule(ChaosCluster cluster, Recorder recorder, RunOptions options)
{
    private readonly Random _random = new(options.Seed);
    private readonly Fault[] _faults = [.. options.Faults.Select(FaultTable.Get)];

    /// <summary>How often each was done.</summary>
    public Dictionary<string, int> Counts { get; } = [];

    /// <summary>What is being done.</summary>
    public string Present { get; private set; } = "";

    /// <summary>Goes on until the end; the last fault is undone when this completes.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        // Every fault once, in a random order, before any comes twice.
        Queue<Fault> round = new();
        while (_faults.Length > 0 && await RestAsync(end))
        {
            if (round.Count == 0)
            {
                Fault[] order = [.. _faults];
                _random.Shuffle(order);
                round = new Queue<Fault>(order);
            }

            Fault fault = round.Dequeue();
            Present = fault.Name;
            Counts[fault.Name] = Counts.GetValueOrDefault(fault.Name) + 1;
            recorder.Write(at => new Faulted(
                at, "driver", fault.Name, fault.MayLose(options), fault.MayUnshow, (long)fault.Reach.TotalMicroseconds, fault.Where));
            await fault.Run(cluster, _random);
            recorder.Write(at => Faulted.Ended(at, "driver", fault.Name));
            Present = "";
        }
    }

    private async Task<bool> RestAsync(CancellationToken end)
    {
        try
        {
            await Pace.ForAsync(_random.Next(300, 1500), end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
