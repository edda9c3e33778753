using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Streams;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>A gateway node's delivery: the real feeds and sessions over a log, a directory and streams in the test's hand.</summary>
internal sealed class Node : IDisposable
{
    private readonly SessionServices _services;
    private int _closed;

    public Node(SeededScheduler scheduler, ChatLimits? limits = null, MemoryLog? log = null)
    {
        Scheduler = scheduler;
        Log = log ?? new MemoryLog(scheduler);
        Streams = new ScriptedStreams(scheduler);
        Limits = limits ?? new ChatLimits();
        Feeds = new ConversationFeeds(Streams, Log, scheduler.Time, NullLogger<ConversationFeeds>.Instance);
        var presence = new PresenceWatch(Streams, Grains(), NullLogger<PresenceWatch>.Instance);
        _services = new SessionServices(Feeds, presence, Log, Directory(), new GatewayOptions { Limits = Limits }, scheduler.Time, Errors);
        scheduler.IsQuiet = () => Volatile.Read(ref _closed) == Sessions.Count(session => session.Reason is not null);
    }

    public SeededScheduler Scheduler { get; }

    public MemoryLog Log { get; }

    public ScriptedStreams Streams { get; }

    public ChatLimits Limits { get; }

    public ConversationFeeds Feeds { get; }

    public List<ChatSession> Sessions { get; } = [];

    /// <summary>Users' lists of conversations.</summary>
    public Dictionary<string, HashSet<string>> Lists { get; } = new(StringComparer.Ordinal);

    /// <summary>How often a list was read.</summary>
    public int ListReads { get; private set; }

    /// <summary>Entries that were dropped from lists because their owner seemed to be no member.</summary>
    public List<(string User, string Conversation)> Dropped { get; } = [];

    /// <summary>Faults that the code logged.</summary>
    public RecordedErrors Errors { get; } = new();

    public ChatSession Open(string user)
    {
        var session = new ChatSession($"session{Sessions.Count + 1}", new TokenClaims(user, string.Empty, "token", 0, 0), "node", Limits, _services);
        Sessions.Add(session);

        // A session's end is told on another thread, to those who registered last first.
        session.Closed.UnsafeRegister(_ => Interlocked.Increment(ref _closed), null);
        return session;
    }

    /// <summary>Makes somebody a member and opens a session of theirs that hears the conversation from now on.</summary>
    public async Task<ChatSession> JoinAsync(string user, string conversation)
    {
        MemoryConversation log = Log[conversation];
        if (!log.Members.ContainsKey(user))
        {
            (long seq, _) = log.Admit(user);
            Streams.Deliver(conversation, Entries(log, seq, seq));
        }

        List(user, conversation);
        ChatSession session = Open(user);
        Result<SyncReply> reply = await session.Conversations.SyncAsync(new Dictionary<string, KnownPosition>());
        Assert.True(reply.IsOk);
        session.Conversations.ReplySent();
        await Scheduler.SettleAsync();
        session.TakeAll();
        return session;
    }

    public void List(string user, string conversation)
    {
        if (!Lists.TryGetValue(user, out HashSet<string>? list))
        {
            Lists.Add(user, list = new HashSet<string>(StringComparer.Ordinal));
        }

        list.Add(conversation);
    }

    public static void End(ChatSession session)
    {
        session.Close(CloseReason.Gone);
        session.Conversations.End();
    }

    /// <summary>Entries as one announcement.</summary>
    public static Announcement Entries(MemoryConversation log, long from, long to) =>
        new(AnnouncementKind.Entries, Lines(log, from, to), log.Epoch, from);

    public void Dispose() => Feeds.Dispose();

    private static byte[] Lines(MemoryConversation log, long from, long to)
    {
        using var lines = new MemoryStream();
        for (long seq = from; seq <= to; seq++)
        {
            lines.Write(log[seq]);
            if (seq < to)
            {
                lines.WriteByte((byte)'\n');
            }
        }

        return lines.ToArray();
    }

    private static IGrainFactory Grains()
    {
        IUserGrain user = PortDouble.Of<IUserGrain>((method, _) => method switch
        {
            nameof(IUserGrain.Contacts) => Task.FromResult(new Result<IReadOnlyList<string>>([], null)),
            _ => null,
        });
        return PortDouble.Of<IGrainFactory>((method, _) => method == nameof(IGrainFactory.GetGrain) ? user : null);
    }

    private IUserDirectory Directory() => PortDouble.Of<IUserDirectory>((method, arguments) => method switch
    {
        nameof(IUserDirectory.ConversationsAsync) => ListAsync((string)arguments[0]!),
        nameof(IUserDirectory.DropStaleConversationAsync) => Drop((string)arguments[0]!, ((ConversationId)arguments[1]!).Value),
        _ => null,
    });

    private async Task<IReadOnlyDictionary<string, long>> ListAsync(string user)
    {
        ListReads++;
        await Scheduler.HesitateAsync(3);
        Dictionary<string, long> list = Lists.TryGetValue(user, out HashSet<string>? found) ? found.ToDictionary(id => id, _ => 0L) : [];
        await Scheduler.HesitateAsync(3);
        return list;
    }

    private Task Drop(string user, string conversation)
    {
        Dropped.Add((user, conversation));
        return Task.CompletedTask;
    }
}

/// <summary>Keeps what is logged as an error.</summary>
internal sealed class RecordedErrors : ILogger<ChatSession>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lock (Lines)
            {
                Lines.Add($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
