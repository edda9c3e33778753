namespace OrleansChat.Gateway.Delivery;

/// <summary>
/// What waits in a queue, oldest first: a ring within the queue's own object. In a group of ten thousand each event goes to that many queues,
/// none of which is in a cache, so every object less on the way is memory not waited for.
/// </summary>
internal struct OutboundItems
{
    private const int FirstRoom = 4;

    private OutboundItem[]? _ring;
    private int _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>How many there is room for without making more.</summary>
    public readonly int Capacity => _ring?.Length ?? 0;

    /// <summary>The oldest, while there is one.</summary>
    public readonly ref readonly OutboundItem Oldest => ref _ring![_first];

    /// <summary>Adds one.</summary>
    public void Add(in OutboundItem item)
    {
        OutboundItem[] ring = _ring ??= new OutboundItem[FirstRoom];
        if (Count == ring.Length)
        {
            ring = Grow(ring);
        }

        ring[(_first + Count) & (ring.Length - 1)] = item;
        Count++;
    }

    /// <summary>Removes the oldest.</summary>
    public void RemoveOldest()
    {
        OutboundItem[] ring = _ring!;
        ring[_first] = default;
        _first = (_first + 1) & (ring.Length - 1);
        Count--;
    }

    // Always a power of two, so that a mask finds the place.
    private OutboundItem[] Grow(OutboundItem[] ring)
    {
        var larger = new OutboundItem[ring.Length * 2];
        int behind = ring.Length - _first;
        Array.Copy(ring, _first, larger, 0, behind);
        Array.Copy(ring, 0, larger, behind, _first);
        _first = 0;
        return _ring = larger;
    }
}
