namespace OrleansChat.Chaos.Checking;

/// <summary>When somebody was a member, by the numbers of the entries that made and ended it.</summary>
/// <param name="From">The entry that made them a member.</param>
/// <param name="To">The entry that removed them, which they may still see; <see cref="long.MaxValue"/> while they stay.</param>
internal readonly record struct Membership(long From, long To);

/// <summary>Who was a member of a conversation at which number, from the log alone.</summary>
internal sealed class MemberRoll
{
    private readonly bool _direct;
    private readonly string[] _two;
    private readonly Dictionary<string, List<Membership>> _memberships = [];

    public MemberRoll(ConversationLog log)
    {
        _direct = log.Conversation.StartsWith("dm:", StringComparison.Ordinal);
        _two = _direct ? log.Conversation.Split(':')[1..] : [];
        foreach (LogEntry entry in log.Entries.Where(entry => entry.Change is not null))
        {
            Apply(entry);
        }
    }

    /// <summary>Everybody who is a member at the end.</summary>
    public IEnumerable<string> AtTheEnd => _direct ? _two : _memberships.Where(user => user.Value[^1].To == long.MaxValue).Select(user => user.Key);

    /// <summary>Whether somebody may write the entry of a number.</summary>
    public bool MayWrite(string user, long seq) => _direct ? _two.Contains(user) : Of(user).Any(one => one.From < seq && seq < one.To);

    /// <summary>Whether somebody may see the entry of a number as it happens: the one that removes them is the last.</summary>
    public bool MaySee(string user, long seq) => _direct ? _two.Contains(user) : Of(user).Any(one => one.From <= seq && seq <= one.To);

    /// <summary>The number of the entry that removed somebody before a number; 0 when there is none.</summary>
    public long RemovedBefore(string user, long seq) =>
        Of(user).Where(one => one.To < seq).Select(one => one.To).DefaultIfEmpty().Max();

    private List<Membership> Of(string user) => _memberships.TryGetValue(user, out List<Membership>? all) ? all : [];

    private void Apply(LogEntry entry)
    {
        foreach (string user in entry.People ?? [])
        {
            if (!_memberships.TryGetValue(user, out List<Membership>? all))
            {
                _memberships.Add(user, all = []);
            }

            bool inside = all.Count > 0 && all[^1].To == long.MaxValue;
            if (entry.Change is "created" or "joined" && !inside)
            {
                all.Add(new Membership(entry.Seq, long.MaxValue));
            }
            else if (entry.Change is "left" or "kicked" or "banned" && inside)
            {
                all[^1] = all[^1] with { To = entry.Seq };
            }
        }

        foreach (string user in _memberships.Where(user => user.Value.Count == 0).Select(user => user.Key).ToList())
        {
            _memberships.Remove(user);
        }
    }
}
