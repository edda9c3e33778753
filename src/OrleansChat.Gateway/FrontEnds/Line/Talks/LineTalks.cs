namespace OrleansChat.Gateway.FrontEnds.Line.Talks;

/// <summary>What a message does on a connection.</summary>
[Flags]
internal enum Hearing
{
    /// <summary>It is not shown: the talk was stopped.</summary>
    Hidden = 0,

    /// <summary>It is shown.</summary>
    Shown = 1,

    /// <summary>It opens the talk.</summary>
    Begins = 2,

    /// <summary>It is the last one before the stop of the other side.</summary>
    Ends = 4,
}

/// <summary>
/// The talks of one connection. A talk is open from TALKTO or the first message on until either side says STOP; from then on messages
/// are not shown until either side says TALKTO again.
/// </summary>
internal sealed class LineTalks
{
    private const int MaxTalks = 1000;

    private readonly Dictionary<string, Talk> _talks = new(StringComparer.Ordinal);

    private enum State
    {
        Open,
        Stopping,
        Stopped,
    }

    public bool IsOpen(string peer)
    {
        lock (_talks)
        {
            return _talks.TryGetValue(peer, out Talk? talk) && talk.State == State.Open;
        }
    }

    /// <summary>This side says TALKTO. False when there are too many talks.</summary>
    public bool TryOpen(string peer)
    {
        lock (_talks)
        {
            if (!_talks.ContainsKey(peer) && _talks.Count >= MaxTalks)
            {
                return false;
            }

            Of(peer).State = State.Open;
            return true;
        }
    }

    /// <summary>This side says STOP. False when there is no talk.</summary>
    /// <param name="peer">The other side.</param>
    /// <param name="last">The last message that came up to now.</param>
    public bool TryStop(string peer, out long last)
    {
        lock (_talks)
        {
            last = 0;
            if (!_talks.TryGetValue(peer, out Talk? talk) || talk.State != State.Open)
            {
                return false;
            }

            talk.State = State.Stopped;
            last = talk.Last;
            return true;
        }
    }

    /// <summary>The other side said TALKTO. The answer is whether this is news.</summary>
    public bool Start(string peer)
    {
        lock (_talks)
        {
            bool news = !_talks.TryGetValue(peer, out Talk? talk) || talk.State != State.Open;
            Of(peer).State = State.Open;
            return news;
        }
    }

    /// <summary>
    /// The other side said STOP when it had seen the message <paramref name="after"/>. The answer is whether the talk ends now; it may have
    /// to wait for that message, which comes another way. No talk, nothing to end.
    /// </summary>
    public bool Stop(string peer, long after)
    {
        lock (_talks)
        {
            if (!_talks.TryGetValue(peer, out Talk? talk) || talk.State != State.Open)
            {
                return false;
            }

            bool now = talk.Last >= after;
            talk.State = now ? State.Stopped : State.Stopping;
            talk.StopsAfter = after;
            return now;
        }
    }

    /// <summary>A message of the talk has come.</summary>
    public Hearing Hear(string peer, long seq)
    {
        lock (_talks)
        {
            if (!_talks.TryGetValue(peer, out Talk? talk))
            {
                Of(peer).Last = seq;
                return Hearing.Begins | Hearing.Shown;
            }

            talk.Last = seq;
            if (talk.State != State.Stopping)
            {
                return talk.State == State.Open ? Hearing.Shown : Hearing.Hidden;
            }

            bool ends = seq >= talk.StopsAfter;
            talk.State = ends ? State.Stopped : State.Stopping;
            return (seq <= talk.StopsAfter ? Hearing.Shown : Hearing.Hidden) | (ends ? Hearing.Ends : Hearing.Hidden);
        }
    }

    private Talk Of(string peer)
    {
        if (!_talks.TryGetValue(peer, out Talk? talk))
        {
            _talks.Add(peer, talk = new Talk());
        }

        return talk;
    }

    private sealed class Talk
    {
        public State State { get; set; }

        public long Last { get; set; }

        public long StopsAfter { get; set; }
    }
}
