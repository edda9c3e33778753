using OrleansChat.Client;

namespace OrleansChat.Cli.Live;

/// <summary>
/// Who is there, as far as it is worth a line. A state is shown once it has lasted, and only when it differs from the one shown before:
/// somebody whose scripts come and go every second is not news every second.
/// </summary>
internal sealed class PresenceBoard(Action<PresenceEvent> show, TimeProvider time) : IDisposable
{
    /// <summary>How long a state has to last; also the least time between two lines about a person.</summary>
    internal static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Person> _people = [];
    private bool _ended;

    /// <summary>Takes what is known already, so that it is no news.</summary>
    public void Know(string user, string state)
    {
        lock (_lock)
        {
            _people[user] = new Person { Shown = state };
        }
    }

    public void Change(PresenceEvent news)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            if (!_people.TryGetValue(news.User, out Person? person))
            {
                _people[news.User] = person = new Person();
            }

            person.Latest = news;
            person.Timer ??= time.CreateTimer(_ => Settle(person), null, Settled, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            foreach (Person person in _people.Values)
            {
                person.Timer?.Dispose();
            }
        }
    }

    private void Settle(Person person)
    {
        PresenceEvent? news;
        lock (_lock)
        {
            person.Timer?.Dispose();
            person.Timer = null;
            news = _ended || person.Latest!.State == person.Shown ? null : person.Latest;
            person.Shown = news?.State ?? person.Shown;
        }

        if (news is not null)
        {
            show(news);
        }
    }

    private sealed class Person
    {
        public string? Shown;
        public PresenceEvent? Latest;
        public ITimer? Timer;
    }
}
