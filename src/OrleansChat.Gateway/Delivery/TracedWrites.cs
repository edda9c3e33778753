using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Delivery;

/// <summary>The traced events that one reader took out of a queue and now writes. A reader that asks for more has written what it took.</summary>
internal sealed class TracedWrites
{
    private readonly List<(DeliveryTrace Trace, DateTimeOffset At)> _taken = [];

    public void Taken(List<OutboundItem> items, int from)
    {
        for (int i = from; i < items.Count; i++)
        {
            if (items[i].Event?.Trace is { } trace && trace.TryTake())
            {
                _taken.Add((trace, TimeProvider.System.GetUtcNow()));
            }
        }
    }

    public void Written()
    {
        foreach ((DeliveryTrace trace, DateTimeOffset at) in _taken)
        {
            ChatTraces.Written(trace.Parent, at);
        }

        _taken.Clear();
    }
}
