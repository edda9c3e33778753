using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Presence;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.FrontEnds.Line.Talks;

/// <summary>
/// Tells the line connections of both sides, on every node, that a talk starts or stops. On this node directly: a message that follows is
/// delivered here without a detour, and must not come first.
/// </summary>
internal sealed class TalkSignals
{
    private const string Namespace = "line";

    private readonly StreamFanout _sessions;
    private readonly IStreamProvider _streams;
    private readonly NodeIdentity _node;

    public TalkSignals(
        [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams, NodeIdentity node, ILogger<TalkSignals> logger)
    {
        _streams = streams;
        _node = node;
        _sessions = new StreamFanout(streams, Namespace, Receive, logger);
    }

    /// <summary>Lets a session of this door hear of its talks.</summary>
    public Task AddAsync(ChatSession session) => _sessions.AddAsync(session.User, session);

    public void Remove(ChatSession session) => _sessions.Remove(session.User, session);

    /// <summary>Tells both sides; not the connection itself, which knows.</summary>
    public Task SendAsync(ChatSession by, string peer, bool starts, long after) =>
        Task.WhenAll(
            SendAsync(by, peer, new TalkSignal(starts, by.User, after).ToEvent()),
            SendAsync(by, by.User, new TalkSignal(starts, peer, after).ToEvent()));

    private Task SendAsync(ChatSession by, string user, ChatEvent signal)
    {
        Deliver(_sessions.Listeners(user).Where(session => !ReferenceEquals(session, by)), signal);
        return _streams.GetStream<Announcement>(StreamId.Create(Namespace, user))
            .OnNextAsync(new Announcement(AnnouncementKind.Event, signal.Json, From: _node.Current));
    }

    private static void Deliver(IEnumerable<ChatSession> sessions, ChatEvent signal)
    {
        foreach (ChatSession session in sessions)
        {
            session.Deliver(signal);
        }
    }

    private void Receive(string user, ChatSession[] sessions, Announcement announcement)
    {
        if (announcement.Kind == AnnouncementKind.Event && announcement.From != _node.Current
            && ChatEvent.Parse(announcement.Payload, string.Empty) is { } signal)
        {
            Deliver(sessions, signal);
        }
    }
}
