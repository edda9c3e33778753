using System.Threading.Channels;

namespace OrleansChat.Client;

/// <summary>Everything that the server sends passes here, on the reading thread, and leaves as the application's events: each message once, in order.</summary>
internal sealed class Inbox(PositionBook positions, int capacity)
{
    private readonly Channel<ChatEvent> _events = Channel.CreateUnbounded<ChatEvent>();

    public ChannelReader<ChatEvent> Events => _events.Reader;

    /// <summary>The last <c>bye</c> of the present connection.</summary>
    public ByeEvent? Bye { get; set; }

    /// <summary>Called when messages are missing.</summary>
    public Action? HoleFound { get; set; }

    /// <summary>Whether the application has read enough for missed messages to be asked for again.</summary>
    public bool HasRoom => _events.Reader.Count <= capacity / 2;

    public void Receive(NativeObject obj)
    {
        if (obj.Event == "message")
        {
            ReceiveMessage(obj);
            return;
        }

        if (obj.Event == "hello")
        {
            // The connection keeps it; ConnectedEvent carries it.
            return;
        }

        var read = EventReader.Read(obj);
        switch (read)
        {
            case ByeEvent bye:
                Bye = bye;
                break;
            case ConversationRemovedEvent removed:
                positions.Forget(removed.Conversation);
                break;
            case ConversationEvent { Summary: var summary }:
                Learn(summary.Conversation, summary.Epoch, summary.Last);
                break;
            case TypingEvent or PresenceEvent or ReceiptEvent when IsFull:
                // Soft state: the next one says it again. Everything else is rare and kept.
                return;
        }

        Report(read);
    }

    public void Synced(Hello? hello, IReadOnlyDictionary<string, ChatPosition> sent, SyncResult result)
    {
        var resets = new Dictionary<string, ChatPosition>();
        var gone = new List<string>();
        positions.Apply(sent, result, resets, gone);
        if (hello is not null)
        {
            Report(new ConnectedEvent(hello, result.Conversations));
        }

        foreach (var (conversation, position) in resets)
        {
            Report(new ConversationResetEvent(conversation, position));
        }

        gone.ForEach(conversation => Report(new ConversationRemovedEvent(conversation)));
    }

    /// <summary>Learns of a conversation from a summary or an acknowledgement.</summary>
    public void Learn(string conversation, string epoch, long last)
    {
        if (positions.Learn(conversation, epoch, last) is { } reset)
        {
            Report(new ConversationResetEvent(conversation, reset));
        }
    }

    public void Report(ChatEvent happened) => _events.Writer.TryWrite(happened);

    public void Complete(Exception? error) => _events.Writer.TryComplete(error);

    private bool IsFull => _events.Reader.Count >= capacity;

    private void ReceiveMessage(NativeObject obj)
    {
        if (!EventReader.TryReadMessage(obj, out var conversation, out var seq))
        {
            Report(new OtherEvent("message") { Utf8 = obj.Utf8 });
            return;
        }

        if (IsFull)
        {
            // A full queue must not stop the reading: replies come the same way, and the application may wait for one.
            if (positions.Miss(conversation, seq))
            {
                HoleFound?.Invoke();
            }

            return;
        }

        var arrival = positions.Accept(conversation, seq, out var holeFrom);
        if (arrival is Arrival.Next or Arrival.Repaired)
        {
            Report(new MessageEvent(conversation, seq, obj.Body) { Utf8 = obj.Utf8 });
        }

        if (arrival == Arrival.Repaired)
        {
            Report(new GapRepairedEvent(conversation, holeFrom, seq));
        }
        else if (arrival == Arrival.Hole)
        {
            HoleFound?.Invoke();
        }
    }
}
