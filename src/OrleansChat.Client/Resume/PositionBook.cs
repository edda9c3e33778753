namespace OrleansChat.Client;

/// <summary>What to do with a message that arrived.</summary>
internal enum Arrival
{
    /// <summary>It is the next one.</summary>
    Next,

    /// <summary>It is the next one, and the last of a hole.</summary>
    Repaired,

    /// <summary>It was delivered before.</summary>
    Repeat,

    /// <summary>Something before it is missing.</summary>
    Hole,
}

/// <summary>How far each conversation was delivered. All decisions go by number, so that it does not matter what the network repeats, loses or overtakes.</summary>
internal sealed class PositionBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Track> _tracks = [];

    public PositionBook(IReadOnlyDictionary<string, ChatPosition>? start = null)
    {
        foreach (var (conversation, position) in start ?? new Dictionary<string, ChatPosition>())
        {
            _tracks[conversation] = new Track { Epoch = position.Epoch, Seq = position.Seq };
        }
    }

    /// <summary>Whether some conversation lacks messages that are known to exist.</summary>
    public bool HasHoles
    {
        get
        {
            lock (_lock)
            {
                return _tracks.Values.Any(track => track.Beyond > 0);
            }
        }
    }

    /// <summary>The positions to resume from. A conversation whose epoch is not known yet has none, nor one of which nothing was delivered yet.</summary>
    public Dictionary<string, ChatPosition> Snapshot()
    {
        lock (_lock)
        {
            return _tracks.Where(entry => entry.Value is { Epoch.Length: > 0, IsGuess: false })
                .ToDictionary(entry => entry.Key, entry => new ChatPosition(entry.Value.Epoch, entry.Value.Seq));
        }
    }

    /// <summary>The last number delivered; 0 where the conversation is unknown.</summary>
    public long LastSeen(string conversation)
    {
        lock (_lock)
        {
            return _tracks.TryGetValue(conversation, out var track) ? track.Seq : 0;
        }
    }

    /// <summary>Decides about a message, and advances if it is to be delivered.</summary>
    public Arrival Accept(string conversation, long seq, out long holeFrom)
    {
        lock (_lock)
        {
            holeFrom = 0;
            if (!_tracks.TryGetValue(conversation, out var track))
            {
                _tracks[conversation] = new Track { Seq = seq };
                return Arrival.Next;
            }

            if (seq != track.Seq + 1 && !(track.IsGuess && seq <= track.Seq))
            {
                return seq <= track.Seq ? Arrival.Repeat : track.Miss(seq);
            }

            track.Seq = seq;
            track.IsGuess = false;
            if (track.Beyond == 0 || seq < track.Beyond)
            {
                return Arrival.Next;
            }

            holeFrom = track.HoleFrom;
            track.Beyond = 0;
            return Arrival.Repaired;
        }
    }

    /// <summary>Notes a message that could not be taken in, so that the repair brings it again. False if it was delivered before.</summary>
    public bool Miss(string conversation, long seq)
    {
        lock (_lock)
        {
            if (!_tracks.TryGetValue(conversation, out var track))
            {
                _tracks[conversation] = track = new Track { Seq = seq - 1 };
            }

            return seq > track.Seq && track.Miss(seq) == Arrival.Hole;
        }
    }

    /// <summary>Learns of a conversation outside of a sync. Returns the position to start over from if its log is another one now.</summary>
    public ChatPosition? Learn(string conversation, string epoch, long last)
    {
        lock (_lock)
        {
            if (!_tracks.TryGetValue(conversation, out var track))
            {
                // Whether message `last` itself still comes as an event is open: whichever comes first decides.
                _tracks[conversation] = new Track { Epoch = epoch, Seq = last, IsGuess = last > 0 };
                return null;
            }

            if (track.Epoch.Length == 0)
            {
                track.Epoch = epoch;
            }

            return track.Epoch == epoch || epoch.Length == 0 ? null : track.Reset(epoch, last);
        }
    }

    public void Forget(string conversation)
    {
        lock (_lock)
        {
            _tracks.Remove(conversation);
        }
    }

    /// <summary>Takes in a sync's answer.</summary>
    /// <param name="sent">The positions that were sent with it.</param>
    /// <param name="result">The answer.</param>
    /// <param name="resets">Filled with the conversations that start over.</param>
    /// <param name="gone">Filled with those that the user is no longer in.</param>
    public void Apply(
        IReadOnlyDictionary<string, ChatPosition> sent, SyncResult result, Dictionary<string, ChatPosition> resets, List<string> gone)
    {
        lock (_lock)
        {
            var listed = new HashSet<string>();
            foreach (var summary in result.Conversations)
            {
                listed.Add(summary.Conversation);
                if (!_tracks.TryGetValue(summary.Conversation, out var track))
                {
                    _tracks[summary.Conversation] = new Track { Epoch = summary.Epoch, Seq = summary.Last };
                }
                else if (track.Epoch.Length > 0
                    && (track.Epoch != summary.Epoch || track.IsGuess || result.Recovered.GetValueOrDefault(summary.Conversation, true) is false))
                {
                    // A guess: the conversation was announced, and its entries were lost with the connection; where they began is not known.
                    resets[summary.Conversation] = track.Reset(summary.Epoch, summary.Last);
                }
                else if (!sent.ContainsKey(summary.Conversation))
                {
                    // It began after the positions were taken: what came of it until now is all that comes without asking again.
                    track.Epoch = summary.Epoch;
                    if (track.Seq < summary.Last)
                    {
                        track.Miss(summary.Last);
                    }
                }
            }

            gone.AddRange(sent.Keys.Where(name => !listed.Contains(name) && !result.Recovered.GetValueOrDefault(name, false)));
            gone.ForEach(name => _tracks.Remove(name));
        }
    }

    private sealed class Track
    {
        public string Epoch = "";
        public long Seq;

        /// <summary>Seq was taken from a summary or an acknowledgement, not from a delivery.</summary>
        public bool IsGuess;

        /// <summary>The highest number seen behind a hole; 0 without one.</summary>
        public long Beyond;

        public long HoleFrom;

        public Arrival Miss(long seq)
        {
            HoleFrom = Beyond == 0 ? Seq + 1 : HoleFrom;
            Beyond = Math.Max(Beyond, seq);
            return Arrival.Hole;
        }

        public ChatPosition Reset(string epoch, long last)
        {
            (Epoch, Seq, IsGuess, Beyond) = (epoch, last, false, 0);
            return new ChatPosition(epoch, last);
        }
    }
}
