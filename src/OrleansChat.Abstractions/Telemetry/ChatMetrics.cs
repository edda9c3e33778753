using System.Diagnostics.Metrics;

namespace OrleansChat.Telemetry;

/// <summary>
/// What a node counts and times, as instruments of one meter. Names follow OpenTelemetry: durations in seconds, a unit in braces is a thing
/// that is counted. No tag holds a user's name, a conversation or a text: their number has no bound, and they are nobody's business.
/// </summary>
public static class ChatMetrics
{
    /// <summary>The meter's name.</summary>
    public const string Name = "OrleansChat";

    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    };

    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384] };

    private static readonly UpDownCounter<int> ConnectionCount =
        Meter.CreateUpDownCounter<int>("chat.connections", "{connection}", "Connections now open, by door.");

    private static readonly Counter<int> SessionsClosed =
        Meter.CreateCounter<int>("chat.sessions.closed", "{session}", "Sessions that ended, by reason; slow ones could not keep up.");

    private static readonly Counter<int> Commands =
        Meter.CreateCounter<int>("chat.commands", "{command}", "Commands carried out, by name and outcome: ok or the error's name. A send that is ok was acknowledged.");

    private static readonly Histogram<double> CommandDuration =
        Meter.CreateHistogram("chat.command.duration", "s", "From the arrival of a command to its answer, by name.", null, Durations);

    private static readonly Histogram<int> AppendBatch =
        Meter.CreateHistogram("chat.append.sends", "{send}", "Sends that went to the log in one step.", null, Sizes);

    private static readonly Histogram<double> AppendDuration =
        Meter.CreateHistogram("chat.append.duration", "s", "From asking Redis to append a batch to its answer.", null, Durations);

    private static readonly Counter<int> Duplicates =
        Meter.CreateCounter<int>("chat.sends.duplicate", "{send}", "Sends that were recognised as repeats and added nothing.");

    private static readonly Counter<int> SendsShed =
        Meter.CreateCounter<int>("chat.sends.shed", "{send}", "Sends refused because too many waited for storage on this node.");

    private static readonly Histogram<int> Fanout =
        Meter.CreateHistogram("chat.fanout.recipients", "{session}", "Sessions of this node that got one entry; the sum is the number of deliveries.", null, Sizes);

    private static readonly Histogram<int> QueueDepth =
        Meter.CreateHistogram("chat.session.queue.taken", "{item}", "Events and replies that waited when a connection was written to.", null, Sizes);

    private static readonly Counter<int> GapsRepaired =
        Meter.CreateCounter<int>("chat.feed.gaps.repaired", "{gap}", "Gaps in what was announced that were read from the log.");

    private static readonly Histogram<double> FeedLag =
        Meter.CreateHistogram("chat.feed.lag", "s", "How long a feed that missed an announcement was behind its log.", null, Durations);

    private static readonly Counter<int> HistoryRemoved =
        Meter.CreateCounter<int>("chat.history.removed", "{entry}", "Entries that were too many or too old and were taken away.");

    private static readonly Histogram<double> RedisDuration =
        Meter.CreateHistogram("chat.redis.duration", "s", "Round trips to Redis, by step; those that failed are counted under outcome unavailable.", null, Durations);

    /// <summary>Counts a connection until the result is disposed of.</summary>
    /// <param name="door">The door's name.</param>
    public static OpenConnection Connected(string door)
    {
        ConnectionCount.Add(1, Tag("door", door));
        return new OpenConnection(door);
    }

    internal static void Disconnected(string door) => ConnectionCount.Add(-1, Tag("door", door));

    /// <summary>A session ended.</summary>
    /// <param name="reason">The close reason's name.</param>
    public static void Closed(string reason) => SessionsClosed.Add(1, Tag("reason", reason));

    /// <summary>A command was answered.</summary>
    /// <param name="command">Its name: one of the table, nothing that a client made up.</param>
    /// <param name="outcome"><c>ok</c> or the error's name.</param>
    /// <param name="duration">From its arrival.</param>
    public static void Executed(string command, string outcome, TimeSpan duration)
    {
        Commands.Add(1, Tag("command", command), Tag("outcome", outcome));
        CommandDuration.Record(duration.TotalSeconds, Tag("command", command));
    }

    /// <summary>A batch was appended, or all of it refused.</summary>
    /// <param name="sends">How many sends it had.</param>
    /// <param name="duplicates">How many of them were repeats.</param>
    /// <param name="duration">Until Redis had answered.</param>
    public static void Appended(int sends, int duplicates, TimeSpan duration)
    {
        AppendBatch.Record(sends);
        AppendDuration.Record(duration.TotalSeconds);
        if (duplicates > 0)
        {
            Duplicates.Add(duplicates);
        }
    }

    /// <summary>A send was refused because too many of this node waited.</summary>
    public static void Shed() => SendsShed.Add(1);

    /// <summary>An entry was handed to sessions of this node.</summary>
    /// <param name="recipients">How many.</param>
    public static void Delivered(int recipients) => Fanout.Record(recipients);

    /// <summary>What waited for a connection was taken to be written.</summary>
    /// <param name="items">How many events and replies.</param>
    public static void Taken(int items) => QueueDepth.Record(items);

    /// <summary>A gap was read from the log.</summary>
    public static void GapRepaired() => GapsRepaired.Add(1);

    /// <summary>A feed that was behind has caught up.</summary>
    /// <param name="behind">How long it was.</param>
    public static void CaughtUp(TimeSpan behind) => FeedLag.Record(behind.TotalSeconds);

    /// <summary>Old entries of a conversation were taken away.</summary>
    /// <param name="entries">How many.</param>
    public static void Removed(int entries) => HistoryRemoved.Add(entries);

    /// <summary>Redis answered, or did not in time.</summary>
    /// <param name="step">The script or command.</param>
    /// <param name="answered">Whether there was an answer.</param>
    /// <param name="duration">Until then.</param>
    public static void RoundTrip(string step, bool answered, TimeSpan duration) =>
        RedisDuration.Record(duration.TotalSeconds, Tag("step", step), Tag("outcome", answered ? "ok" : "unavailable"));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
