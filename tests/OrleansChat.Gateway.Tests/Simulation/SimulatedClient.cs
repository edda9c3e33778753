using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>
/// A client that comes, syncs by its positions, reads at its own pace, goes and comes again, and fails the test at the first hole, repeat,
/// wrong entry or entry that it should not get.
/// </summary>
internal sealed class SimulatedClient(Node node, string user)
{
    private static readonly byte[] ReplyMark = "reply"u8.ToArray();

    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private ChatSession? _session;

    private Random Random => node.Scheduler.Random;

    /// <summary>Messages that it got.</summary>
    public long Received { get; private set; }

    /// <summary>Sessions that it had.</summary>
    public int Lives { get; private set; }

    /// <summary>Positions that could not be recovered.</summary>
    public int Reloads { get; private set; }

    public string User => user;

    /// <summary>The session it has now; null while it is away.</summary>
    public ChatSession? Session => _session is { Reason: null } open ? open : null;

    public bool IsAt(string conversation, string epoch, long seq) => _places.GetValueOrDefault(conversation) is { } place && place.Epoch == epoch && place.Seq == seq;

    public bool Knows(string conversation) => _places.ContainsKey(conversation);

    public string Describe(string conversation) => $"{user} in life {Lives} at {_places.GetValueOrDefault(conversation)} ({_session?.Reason?.Name ?? "open"}, {_session?.Queue.Bytes} bytes wait)";

    /// <summary>Remembers a position from earlier.</summary>
    public void Remember(string conversation, string epoch, long seq) => _places[conversation] = new Place(epoch, seq, seq);

    public void Leave() => _session?.Close(CloseReason.Gone);

    /// <summary>Comes and goes until it is told to stay, and then stays until <paramref name="over"/>.</summary>
    public async Task LiveAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            ChatSession session = _session = node.Open(user);
            Lives++;
            var replied = new TaskCompletionSource<SyncReply?>();
            Task reading = ReadAsync(session, replied);
            await SyncAsync(session, replied);
            await reading;
            Node.End(session);
            await node.Scheduler.HesitateAsync(10);
        }
    }

    private async Task SyncAsync(ChatSession session, TaskCompletionSource<SyncReply?> replied)
    {
        var positions = _places.Where(place => place.Value.Seq is not null)
            .ToDictionary(place => place.Key, place => new KnownPosition(place.Value.Epoch, place.Value.Seq!.Value));
        try
        {
            Result<SyncReply> reply = await session.Conversations.SyncAsync(positions);
            replied.SetResult(reply.Value);
            if (!reply.IsOk)
            {
                session.Close(CloseReason.Gone);
                return;
            }

            session.Queue.AddReply(ReplyMark);
            session.Conversations.ReplySent();
        }
        catch (OperationCanceledException) when (session.Reason is not null)
        {
            replied.TrySetResult(null);
        }
    }

    private async Task ReadAsync(ChatSession session, TaskCompletionSource<SyncReply?> replied)
    {
        bool synced = false;
        var items = new List<OutboundItem>();
        while (await session.Queue.WaitAsync())
        {
            items.Clear();
            session.Queue.Take(items, Random.Next(1, 5000));
            foreach (OutboundItem item in items)
            {
                if (item.Event is null)
                {
                    Begin((await replied.Task)!);
                    synced = true;
                    continue;
                }

                Check(synced, $"{item.Event.Name} came before the answer to sync");
                Receive(item.Event);
            }

            await node.Scheduler.HesitateAsync(Random.Next(20) == 0 ? 60 : 2);
        }
    }

    private void Begin(SyncReply reply)
    {
        foreach ((string conversation, bool recovered) in reply.Recovered)
        {
            Reloads += recovered ? 0 : 1;
            if (!recovered)
            {
                _places.Remove(conversation);
            }
        }

        HashSet<string> listed = [.. reply.Conversations.Select(summary => summary.Conversation)];
        foreach (string gone in _places.Keys.Where(conversation => !listed.Contains(conversation)).ToArray())
        {
            _places.Remove(gone);
        }

        // A page of history, as of the summary, stands for what was not recovered.
        foreach (Summary summary in reply.Conversations.Where(summary => !_places.TryGetValue(summary.Conversation, out Place? place) || place.Seq is null))
        {
            _places[summary.Conversation] = new Place(summary.Epoch, summary.Last, summary.Last);
        }
    }

    private void Receive(ChatEvent chatEvent)
    {
        switch (chatEvent.Name)
        {
            case "message":
                Receive(chatEvent.Conversation, chatEvent.Seq, chatEvent.Message);
                break;
            case "conversation":
                // New to the client: what follows begins with the entry that let it in.
                _places.TryAdd(chatEvent.Conversation, new Place(node.Log[chatEvent.Conversation].Epoch, null, 0));
                break;
            case "conversation.removed":
                _places.Remove(chatEvent.Conversation);
                break;
        }
    }

    private void Receive(string conversation, long seq, ReadOnlyMemory<byte> message)
    {
        MemoryConversation log = node.Log[conversation];
        Check(_places.TryGetValue(conversation, out Place? place), $"{conversation}/{seq} came without the conversation");
        Check(place!.Seq is null || seq == place.Seq + 1, $"{conversation}/{seq} came after {place}");
        Check(log.Was(place.Epoch, seq, message.Span), $"{conversation}/{seq} of {place.Epoch} is another entry");
        Check(log.WasMember(user, place.Epoch, seq), $"{conversation}/{seq} came to {user}, who was no member");
        _places[conversation] = place with { Seq = seq };
        Received++;
    }

    private void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new Xunit.Sdk.XunitException($"{user}, life {Lives}: {otherwise}.");
        }
    }

    private sealed record Place(string Epoch, long? Seq, long Since);
}
