namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>
/// Everything that one client heard, in the order in which it came. Notes at once whatever is not the next number of its conversation:
/// a hole, a repeat, an entry that came too early.
/// </summary>
internal sealed class Recorder(string who)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Heard>> _heard = [];
    private readonly Dictionary<string, long> _last = [];
    private readonly List<string> _violations = [];
    private readonly List<ChatEvent> _others = [];
    private long _heardAt;
    private TimeSpan _longestSilence;

    public string Who { get; } = who;

    /// <summary>What broke the rules; empty in a good run.</summary>
    public IReadOnlyList<string> Violations => Read(() => _violations.ToArray());

    /// <summary>The longest time between two entries that came one after the other, since <see cref="BeginSilences"/>.</summary>
    public TimeSpan LongestSilence => Read(() => _longestSilence);

    /// <summary>Measures silences anew.</summary>
    public void BeginSilences()
    {
        lock (_gate)
        {
            _longestSilence = default;
        }
    }

    /// <summary>What a conversation brought, oldest first.</summary>
    public IReadOnlyList<Heard> In(string conversation) => Read(() => _heard.TryGetValue(conversation, out List<Heard>? heard) ? heard.ToArray() : []);

    /// <summary>The last number that came; 0 before the first.</summary>
    public long Last(string conversation) => Read(() => _last.GetValueOrDefault(conversation));

    /// <summary>Events of a type other than messages.</summary>
    public IReadOnlyList<T> Of<T>()
        where T : ChatEvent =>
        Read(() => _others.OfType<T>().ToArray());

    /// <summary>The next number of the conversation is the one after this.</summary>
    public void Start(string conversation, long last)
    {
        lock (_gate)
        {
            _last[conversation] = last;
        }
    }

    /// <summary>The conversation is unknown from here on: its next entry may have any number.</summary>
    public void Forget(string conversation)
    {
        lock (_gate)
        {
            _last.Remove(conversation);
        }
    }

    public void Take(string conversation, ChatMessage message)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(conversation, out long last) && message.Seq != last + 1)
            {
                _violations.Add($"{Who}: {conversation} went from {last} to {Heard.Of(message)}");
            }

            _last[conversation] = message.Seq;
            NoteTime();
            if (!_heard.TryGetValue(conversation, out List<Heard>? heard))
            {
                _heard.Add(conversation, heard = []);
            }

            heard.Add(Heard.Of(message));
        }
    }

    /// <summary>An event of a client that reconnects.</summary>
    public void Take(ChatEvent happened)
    {
        switch (happened)
        {
            case MessageEvent message:
                Take(message.Conversation, message.Message);
                break;
            case GapRepairedEvent gap:
                // The client mended it, but a server must not leave holes in a session.
                Violate($"{Who}: {gap.Conversation} had a hole {gap.From}-{gap.To}");
                break;
            case ConversationResetEvent reset:
                Start(reset.Conversation, reset.Position.Seq);
                Note(reset);
                break;
            default:
                Note(happened);
                break;
        }
    }

    public void Violate(string what)
    {
        lock (_gate)
        {
            _violations.Add(what);
        }
    }

    private void NoteTime()
    {
        long now = TimeProvider.System.GetTimestamp();
        if (_heardAt != 0 && TimeProvider.System.GetElapsedTime(_heardAt, now) is var silence && silence > _longestSilence)
        {
            _longestSilence = silence;
        }

        _heardAt = now;
    }

    private void Note(ChatEvent happened)
    {
        lock (_gate)
        {
            _others.Add(happened);
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
