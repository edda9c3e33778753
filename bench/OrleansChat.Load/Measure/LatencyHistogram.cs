using System.Numerics;

namespace OrleansChat.Load;

/// <summary>Latencies in nanoseconds, in buckets less than 1 % wide.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private readonly long[] _buckets = new long[(64 - SubBits) << SubBits];
    private long _max;

    public void Record(long nanoseconds)
    {
        var value = Math.Max(nanoseconds, 0);
        Interlocked.Increment(ref _buckets[Index(value)]);
        if (value > Volatile.Read(ref _max))
        {
            Interlocked.Exchange(ref _max, value);
        }
    }

    public Latency Summarise()
    {
        var count = _buckets.Sum();
        return new Latency(count, At(count, 0.5), At(count, 0.99), At(count, 0.999), _max / 1e6);
    }

    internal static int Index(long value)
    {
        var shift = Math.Max(0, 63 - SubBits - BitOperations.LeadingZeroCount((ulong)value));
        return shift == 0 ? (int)value : (shift << SubBits) + (int)(value >> shift);
    }

    /// <summary>The upper end of a bucket.</summary>
    internal static long Upper(int index)
    {
        var shift = Math.Max(0, (index >> SubBits) - 1);
        return ((index - ((long)shift << SubBits) + 1) << shift) - 1;
    }

    private double At(long count, double part)
    {
        var rank = (long)Math.Ceiling(count * part);
        for (int i = 0; i < _buckets.Length; i++)
        {
            rank -= _buckets[i];
            if (rank <= 0 && count > 0)
            {
                return Math.Min(Upper(i), _max) / 1e6;
            }
        }

        return 0;
    }
}

/// <summary>Percentiles, in milliseconds.</summary>
internal sealed record Latency(long Count, double P50, double P99, double P999, double Max);
