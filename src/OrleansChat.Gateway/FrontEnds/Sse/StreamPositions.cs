using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.FrontEnds.Sse;

/// <summary>What the client of one stream has got, as its next <c>id</c> will say. Bounded: of very many conversations, those that moved last.</summary>
internal sealed class StreamPositions
{
    private readonly Dictionary<string, LinkedListNode<Place>> _byConversation = new(StringComparer.Ordinal);
    private readonly LinkedList<Place> _newestFirst = new();
    private bool _whole = true;

    public string Id =>
        new ResumePosition(
            [.. _newestFirst.Where(place => place.Seq >= 0).Select(place => new ResumePlace(place.Key, place.Epoch, place.Seq))], _whole).Write();

    /// <summary>The client has a conversation up to this number.</summary>
    public void Set(string conversation, string epoch, long seq)
    {
        if (!_byConversation.TryGetValue(conversation, out LinkedListNode<Place>? node))
        {
            node = new LinkedListNode<Place>(new Place(conversation, ResumePosition.KeyOf(conversation), epoch));
            _byConversation.Add(conversation, node);
        }
        else
        {
            _newestFirst.Remove(node);
        }

        _newestFirst.AddFirst(node);
        node.Value.Seq = seq;
        if (_newestFirst is { Count: > ResumePosition.MaxPlaces, Last.Value: { } oldest })
        {
            _newestFirst.RemoveLast();
            _byConversation.Remove(oldest.Conversation);
            _whole = false;
        }
    }

    /// <summary>An event goes out. True when it moves the position.</summary>
    public bool Note(ChatEvent chatEvent)
    {
        switch (chatEvent.Name)
        {
            case "message" when _byConversation.TryGetValue(chatEvent.Conversation, out LinkedListNode<Place>? node):
                Set(chatEvent.Conversation, node.Value.Epoch, chatEvent.Seq);
                return true;
            case "conversation" when !_byConversation.ContainsKey(chatEvent.Conversation):
                // New: its messages follow. Until the first one it has no place, and is then found again from its beginning.
                using (JsonDocument json = JsonDocument.Parse(chatEvent.Json))
                {
                    Set(chatEvent.Conversation, json.RootElement.GetProperty("summary").GetProperty("epoch").GetString()!, -1);
                }

                return false;
            case "conversation.removed" when _byConversation.Remove(chatEvent.Conversation, out LinkedListNode<Place>? node):
                _newestFirst.Remove(node);
                return false;
            default:
                return false;
        }
    }

    /// <summary>
    /// The positions to sync from. A direct conversation that is in the user's list and not in an id that names all came into being
    /// since then: everything in it was missed.
    /// </summary>
    public static Dictionary<string, KnownPosition> Known(ResumePosition? position, IEnumerable<string> list)
    {
        var known = new Dictionary<string, KnownPosition>(StringComparer.Ordinal);
        if (position is null)
        {
            return known;
        }

        ILookup<ulong, ResumePlace> places = position.Places.ToLookup(place => place.Key);
        foreach (string conversation in list)
        {
            if (places[ResumePosition.KeyOf(conversation)].ToArray() is [var place, ..])
            {
                known[conversation] = new KnownPosition(place.Epoch, place.Seq);
            }
            else if (position.Whole && conversation.StartsWith("dm:", StringComparison.Ordinal))
            {
                known[conversation] = new KnownPosition(string.Empty, 0);
            }
        }

        return known;
    }

    private sealed class Place(string conversation, ulong key, string epoch)
    {
        public string Conversation { get; } = conversation;

        public ulong Key { get; } = key;

        public string Epoch { get; } = epoch;

        public long Seq { get; set; } = -1;
    }
}
