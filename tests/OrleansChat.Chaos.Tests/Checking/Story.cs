using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Tests.Checking;

/// <summary>A short run told by hand: Alice and Bob in one group. What is right by itself can be told wrong in one place.</summary>
internal sealed class Story
{
    public const string Group = "group:team";
    public const string Epoch = "e1";
    public const string Loss = "loss";
    private readonly List<HistoryRecord> _records = [];
    private readonly List<LogEntry> _log = [];
    private long _clock;
    private long _op;

    public Story()
    {
        Log("alice", "system", change: "created", people: ["alice", "bob"]);
        Start("alice/1");
        Start("bob/1");
    }

    public IReadOnlyList<Violation> Violations => Checker.Check(new History(_records), FinalLog.Of(_log));

    public History History => new(_records);

    public FinalLog FinalLog => FinalLog.Of(_log);

    public long Last => _log.Count == 0 ? 0 : _log[^1].Seq;

    public Story Start(string client, long after = 1, bool recovered = true, string session = "s1", string epoch = Epoch) =>
        Tell(at => new Started(at, client, session, Group, epoch, after, recovered));

    public Story Log(string from, string kind, string? clientId = null, string? text = null, string? change = null, string[]? people = null, long? seq = null, string conversation = Group)
    {
        _log.Add(new LogEntry(conversation, Epoch, seq ?? Last + 1, from, kind, clientId, text, Change: change, People: people));
        return this;
    }

    /// <summary>A message comes to say something else.</summary>
    public Story Edit(string from, long target, string text)
    {
        _log.Add(new LogEntry(Group, Epoch, Last + 1, from, "edit", Target: target, Edited: text));
        return this;
    }

    public Story Ask(string client, string command, string? clientId = null, string? target = null, long seq = 0, string conversation = Group) =>
        Tell(at => new Invoked(at, client, "s1", ++_op, command, conversation, clientId, clientId is null ? null : TextOf(clientId), target, seq));

    public Story Answer(string client, string? error = null, long seq = 0, bool duplicate = false, string? epoch = Epoch) =>
        Tell(at => new Answered(at, client, _op, error, error is null && seq != 0 ? epoch : null, seq, duplicate));

    /// <summary>A send that is stored and acknowledged.</summary>
    public Story Send(string client, string clientId, long? seq = null, bool store = true)
    {
        Ask(client, "send", clientId);
        if (store)
        {
            Log(client.Split('/')[0], "text", clientId, TextOf(clientId));
        }

        return Answer(client, seq: seq ?? Last);
    }

    public Story Deliver(string client, long seq, string session = "s1", string epoch = Epoch)
    {
        LogEntry? entry = _log.Find(one => one.Seq == seq);
        return DeliverAs(client, seq, entry?.From ?? "alice", entry?.ClientId ?? "c?", session, epoch, entry?.Kind ?? "text");
    }

    public Story DeliverAs(string client, long seq, string from, string? clientId, string session = "s1", string epoch = Epoch, string kind = "text") =>
        Tell(at => new Delivered(at, client, session, Group, epoch, seq, from, kind, kind == "text" ? clientId : null, kind == "text" ? TextOf(clientId!) : null));

    /// <summary>A text at a door that shows neither numbers nor ids.</summary>
    public Story DeliverText(string client, string from, string clientId) =>
        Tell(at => new Delivered(at, client, "s1", Group, "", 0, from, "text", null, TextOf(clientId)));

    /// <summary>A summary of the group, asked for and shown.</summary>
    public Story Count(string client, long read, long unread)
    {
        long asked = 0;
        return Tell(at => new Faulted(asked = at, "driver", "nothing")).Tell(at => new Counted(at, client, asked, Group, Epoch, Last, read, unread));
    }

    /// <summary>The loss that was told last is over.</summary>
    public Story Over() => Tell(at => Faulted.Ended(at, "driver", Loss));

    public Story Everybody(params long[] seqs)
    {
        foreach (long seq in seqs)
        {
            Deliver("alice/1", seq);
            Deliver("bob/1", seq);
        }

        return this;
    }

    public Story Tell(Func<long, HistoryRecord> record)
    {
        _records.Add(record(_clock += 1000));
        return this;
    }

    /// <summary>What a member sees at the end.</summary>
    public Story View(string client, params string[] messages) => Tell(at => new Viewed(at, client, Group, 0, messages));

    public static string TextOf(string clientId) => $"text of {clientId}";
}
