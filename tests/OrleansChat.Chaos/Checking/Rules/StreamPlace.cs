namespace OrleansChat.Chaos.Checking.Rules;

/// <summary>How far one client has come in one conversation, through all its sessions.</summary>
internal sealed class StreamPlace(Forgiveness forgiveness)
{
    /// <summary>Fewer entries than the server replays (its limit is 10,000): whoever misses no more than that is not told to start over.</summary>
    private const long SurelyReplayed = 9_000;

    private readonly HashSet<long> _seen = [];

    /// <summary>Texts that were shown under a number that was lost, and how many more than are accounted for.</summary>
    private readonly HashSet<long> _ghosts = [];
    private int _ghostCount;
    private string? _epoch;
    private long? _reached;

    /// <summary>What was reached without what may have been lost: where a door shows no numbers, only texts tell where it is.</summary>
    private long? _sure;

    /// <summary>A session starts; what is wrong with that.</summary>
    public (ViolationKind Kind, string What)? Begin(Started started)
    {
        (ViolationKind, string)? wrong = Judge(started);
        _epoch = started.After < 0 || started.Epoch.Length == 0 ? null : started.Epoch;
        _reached = _sure = started.After < 0 ? null : started.After;
        _seen.Clear();
        _ghosts.Clear();
        _ghostCount = 0;
        return wrong;
    }

    /// <summary>The epoch before, when an entry comes in another one and nobody said so.</summary>
    public string? EnterEpoch(Delivered delivered)
    {
        if (delivered.Epoch.Length == 0)
        {
            return null;
        }

        string? before = _epoch;
        _epoch = delivered.Epoch;
        return before == delivered.Epoch ? null : before;
    }

    /// <summary>An entry comes; what is wrong with that.</summary>
    public (ViolationKind Kind, string What)? Take(Delivered delivered, long seq, ConversationLog? log)
    {
        (ViolationKind, string)? wrong = Judge(delivered, seq, log);
        if (delivered.Seq == 0 && forgiveness.MayBeGone(delivered))
        {
            // Its text may have stood under a number that was lost, and comes again under this one: it counts where it fits.
            if (wrong is null)
            {
                _seen.Add(seq);
                _reached = Math.Max(_reached ?? 0, seq);
            }
            else
            {
                _ghosts.Add(seq);
                _ghostCount++;
            }

            return null;
        }

        _seen.Add(seq);
        _reached = _sure = wrong is null ? seq : Math.Max(_reached ?? 0, seq);
        return wrong;
    }

    private (ViolationKind, string)? Judge(Started started)
    {
        if (_reached is not { } reached || started.After < 0)
        {
            return null;
        }

        if (started.Recovered)
        {
            return started.After > reached ? (ViolationKind.Hole, $"goes on after {started.After}, and had got {reached}")
                : _epoch is not null && started.Epoch.Length > 0 && started.Epoch != _epoch ? (ViolationKind.EpochUntold, $"goes on in epoch {started.Epoch}, and was in {_epoch}")
                : null;
        }

        bool needless = _epoch == started.Epoch
            && (started.After >= reached ? started.After - reached <= SurelyReplayed : forgiveness.LossesBefore(started.Conversation, started.At) == 0);
        return needless ? (ViolationKind.NeedlessReset, $"starts over at {started.After}, and had got {reached} of the same epoch") : null;
    }

    private (ViolationKind, string)? Judge(Delivered delivered, long seq, ConversationLog? log)
    {
        // What came before a doubtful text is known; what the doubtful text itself said of the place is not.
        long? reached = delivered.Seq == 0 && seq <= _reached && (_sure is null || seq > _sure) ? _sure : _reached;
        return _seen.Contains(seq) ? (ViolationKind.DeliveredTwice, "twice")
            : seq <= reached ? (ViolationKind.OutOfOrder, $"after {reached}")
            : reached is { } last && IsOwedBetween(last, seq, delivered, log) ? (ViolationKind.Hole, $"right after {last}")
            : null;
    }

    /// <summary>
    /// Whether something between two numbers is owed. A door that shows no numbers shows texts only; and whoever was shown a text under a number
    /// that was lost, and goes on behind that number, may miss the text that stands there now, one for each.
    /// </summary>
    private bool IsOwedBetween(long last, long seq, Delivered delivered, ConversationLog? log)
    {
        if (delivered.Seq != 0)
        {
            return seq != last + 1;
        }

        int missing = 0;
        for (long between = last + 1; between < seq; between++)
        {
            missing += log?.At(between) is { Kind: "text", Deleted: false } && !_seen.Contains(between) && !_ghosts.Contains(between) ? 1 : 0;
        }

        if (missing > _ghostCount)
        {
            return true;
        }

        _ghostCount -= missing;
        return false;
    }
}
