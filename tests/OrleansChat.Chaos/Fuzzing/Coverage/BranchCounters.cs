namespace OrleansChat.Chaos.Fuzzing.Coverage;

/// <summary>
/// Which ways code went. Instrumented code says each block that it enters (<see cref="Enter"/>); a pair of blocks after each other is a way, and
/// how often it was gone counts by its order of magnitude, so that one round more of a loop is nothing new and ten are.
/// </summary>
public static class BranchCounters
{
    private const int Ways = 1 << 16;

    private static readonly byte[] Hits = new byte[Ways];
    private static int _before;

    // Other threads run instrumented code too, if only at the end of something; what they did would be laid to an input's charge.
    [ThreadStatic]
    private static bool _counts;

    /// <summary>Called by instrumented code.</summary>
    public static void Enter(int block)
    {
        if (_counts)
        {
            ref byte hits = ref Hits[(block ^ _before) & (Ways - 1)];
            hits = hits == byte.MaxValue ? hits : (byte)(hits + 1);
            _before = block >> 1;
        }
    }

    /// <summary>Begins to count what this thread does.</summary>
    internal static void Begin()
    {
        Array.Clear(Hits);
        _before = 0;
        _counts = true;
    }

    /// <summary>Ends counting, and notes the ways gone.</summary>
    /// <param name="known">A bit for each order of magnitude of each way.</param>
    /// <returns>How many of them are new.</returns>
    internal static int End(byte[] known)
    {
        _counts = false;
        int added = 0;
        for (int at = Array.FindIndex(Hits, static hits => hits != 0); at >= 0; at = NextAfter(at))
        {
            byte bit = (byte)(1 << int.Log2(Hits[at]));
            if ((known[at] & bit) == 0)
            {
                known[at] |= bit;
                added++;
            }
        }

        return added;
    }

    internal static byte[] NothingKnown() => new byte[Ways];

    private static int NextAfter(int at)
    {
        int further = Hits.AsSpan(at + 1).IndexOfAnyExcept((byte)0);
        return further < 0 ? -1 : at + 1 + further;
    }
}
