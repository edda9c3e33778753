using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansChat.Feeds;

/// <summary>
/// A place in a user's feed, in the shape of a Redis stream id: <c>&lt;at&gt;-&lt;seq&gt;</c>. An entry's <see cref="At"/> is its message's
/// time or, where that would not be beyond the entry before, a little more; its <see cref="Seq"/> is the message's number in its conversation, 0 for an action.
/// </summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Seq">The number.</param>
public readonly record struct FeedId(ulong At, ulong Seq) : IComparable<FeedId>
{
    /// <summary>Before every entry.</summary>
    public static FeedId Start { get; }

    /// <summary>The least id that is greater.</summary>
    public FeedId Next => Seq < ulong.MaxValue ? new FeedId(At, Seq + 1) : At < ulong.MaxValue ? new FeedId(At + 1, 0) : this;

    /// <summary>Compares places.</summary>
    public static bool operator <(FeedId left, FeedId right) => left.CompareTo(right) < 0;

    /// <summary>Compares places.</summary>
    public static bool operator >(FeedId left, FeedId right) => left.CompareTo(right) > 0;

    /// <summary>Compares places.</summary>
    public static bool operator <=(FeedId left, FeedId right) => left.CompareTo(right) <= 0;

    /// <summary>Compares places.</summary>
    public static bool operator >=(FeedId left, FeedId right) => left.CompareTo(right) >= 0;

    /// <summary>Reads <c>at-seq</c> or <c>at</c>, which stands for <c>at-0</c>. False for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FeedId id)
    {
        id = default;
        int dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        ulong seq = 0;
        if (!ulong.TryParse(dash < 0 ? text : text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out ulong at)
            || (dash >= 0 && !ulong.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out seq)))
        {
            return false;
        }

        id = new FeedId(at, seq);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(FeedId other) => At != other.At ? At.CompareTo(other.At) : Seq.CompareTo(other.Seq);

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}-{Seq}");
}
