using System.Text.Json;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Live;

/// <summary>
/// Shows the events of some conversations, or of all, each message once and in order. The client delivers each once; what is decided
/// here by number is the seam to what was read from the history, at the start and where the client had to start over.
/// </summary>
internal sealed class Follower(ChatClient chat, EventLines lines, Screen screen, string me, IReadOnlySet<string>? only = null) : IDisposable
{
    private const int Page = 200;

    private readonly Dictionary<string, Place> _places = [];
    private PresenceBoard? _presence;
    private bool _connected;
    private bool _lost;

    /// <summary>Called for every message after it was shown, with its number and who wrote it.</summary>
    public Action<long, string>? Shown { get; set; }

    /// <summary>Called when the user is no longer in a conversation.</summary>
    public Action<string>? Left { get; set; }

    /// <summary>Who is there; what is known of it at the start is not news.</summary>
    public PresenceBoard Presence => _presence ??= new PresenceBoard(ShowPresence, TimeProvider.System);

    /// <summary>Says how far a conversation was shown before the events are read.</summary>
    public void Begin(string conversation, string epoch, long shown) => _places[conversation] = new Place { Epoch = epoch, Shown = shown };

    /// <summary>Runs until cancelled, or until the server says not to come back.</summary>
    /// <exception cref="ChatClosedException">The server said so.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (ChatEvent happened in chat.Events.ReadAllAsync(cancel))
        {
            switch (happened)
            {
                case MessageEvent message when Follows(message.Conversation):
                    Show(message);
                    break;
                case ConversationEvent { Summary: var summary } when Follows(summary.Conversation):
                    Announced(summary);
                    break;
                case ConnectedEvent connected:
                    await ConnectedAsync(connected, cancel);
                    break;
                case ConversationResetEvent reset when Follows(reset.Conversation):
                    await StartOverAsync(reset, cancel);
                    break;
                case ConversationRemovedEvent removed when Follows(removed.Conversation):
                    At(removed.Conversation).IsLeft = true;
                    lines.Removed(removed);
                    Left?.Invoke(removed.Conversation);
                    break;
                case TypingEvent typing when Follows(typing.Conversation):
                    lines.Typing(typing);
                    break;
                case ReceiptEvent receipt when Follows(receipt.Conversation):
                    lines.Receipt(receipt);
                    break;
                case PresenceEvent presence when IsOfInterest(presence.User):
                    Presence.Change(presence);
                    break;
                case DisconnectedEvent when !_lost:
                    _lost = true;
                    screen.Notice("the connection is lost, reconnecting");
                    break;
            }
        }
    }

    public void Dispose() => _presence?.Dispose();

    private bool Follows(string conversation) => only is null || only.Contains(conversation);

    private bool IsOfInterest(string user) =>
        user != me && (only is null || only.Any(conversation => ConversationName.PeerOf(conversation, me) == user));

    private void ShowPresence(PresenceEvent presence)
    {
        try
        {
            lines.Presence(presence);
        }
        catch (OutputGoneException)
        {
            // On a timer's thread nobody could be told: the next message finds out.
        }
    }

    private void Announced(ChatSummary summary)
    {
        Place place = At(summary.Conversation);
        if (place.Epoch.Length > 0 && place.Epoch != summary.Epoch)
        {
            // Ended and made anew: its numbers begin anew too.
            place.Shown = 0;
        }

        place.Epoch = summary.Epoch;
    }

    private void Show(MessageEvent message)
    {
        Place place = At(message.Conversation);
        place.IsLeft = false;
        if (message.Seq > place.Shown)
        {
            lines.Message(message);
            place.Shown = message.Seq;
            Shown?.Invoke(message.Seq, message.Message.From);
        }
    }

    private async Task ConnectedAsync(ConnectedEvent connected, CancellationToken cancel)
    {
        if (_lost)
        {
            _lost = false;
            screen.Notice("connected again");
        }

        foreach (ChatSummary summary in connected.Conversations.Where(summary => Follows(summary.Conversation)))
        {
            if (!_connected)
            {
                _places.TryAdd(summary.Conversation, new Place { Epoch = summary.Epoch, Shown = summary.Last });
            }
            else if (At(summary.Conversation) is { Shown: 0 } or { IsLeft: true } && summary.Last > 0)
            {
                // It began, or the user came in again, while there was no connection: the server replays only what a client has a position of.
                Announced(summary);
                await ShowMissedAsync(summary.Conversation, At(summary.Conversation), fromJoining: summary.Kind == "group", cancel);
            }
        }

        _connected = true;
    }

    private async Task StartOverAsync(ConversationResetEvent reset, CancellationToken cancel)
    {
        Place place = At(reset.Conversation);
        if (place.Epoch == reset.Position.Epoch)
        {
            bool isGroup = ConversationName.PeerOf(reset.Conversation, me) is null;
            await ShowMissedAsync(reset.Conversation, place, fromJoining: isGroup && place.Shown == 0, cancel);
            return;
        }

        lines.Replaced(reset.Conversation, reset.Position);
        (place.Epoch, place.Shown) = (reset.Position.Epoch, reset.Position.Seq);
    }

    /// <summary>Reads and shows everything after what was shown; what of it comes live too is then known by its number.</summary>
    private async Task ShowMissedAsync(string conversation, Place place, bool fromJoining, CancellationToken cancel)
    {
        HistoryPage page;
        do
        {
            try
            {
                page = await chat.KeepTryingAsync(() => chat.HistoryAsync(conversation, after: place.Shown, limit: Page, cancel: cancel), cancel);
            }
            catch (ChatException refused) when (refused is not ChatClosedException)
            {
                // Put out meanwhile: the event that says so is on its way, and other conversations go on.
                screen.Notice($"{ConversationName.Show(conversation, me)}: {refused.Error.Message}");
                return;
            }

            if (place.Shown > 0 && page.From > place.Shown + 1)
            {
                lines.Gone(conversation, place.Shown + 1, page.From - 1);
            }

            foreach (ChatMessage message in page.Messages)
            {
                fromJoining &= !LetsIn(message);
                if (message.Seq > place.Shown && !fromJoining)
                {
                    lines.Message(message);
                    Shown?.Invoke(message.Seq, message.From);
                }
            }

            place.IsLeft = false;
            place.Shown = Math.Max(place.Shown, page.More ? page.To : page.Last);
        }
        while (page.More);
    }

    /// <summary>Whether an entry made the user a member: what others wrote before is not news.</summary>
    private bool LetsIn(ChatMessage message)
    {
        if (message is not { Kind: "system", Data: { ValueKind: JsonValueKind.Object } data })
        {
            return false;
        }

        return data.GetProperty("type").GetString() switch
        {
            "joined" => data.TryGetProperty("user", out JsonElement user) && user.ValueEquals(me),
            "created" => message.From == me
                || (data.TryGetProperty("members", out JsonElement members) && members.EnumerateArray().Any(member => member.ValueEquals(me))),
            _ => false,
        };
    }

    private Place At(string conversation)
    {
        if (!_places.TryGetValue(conversation, out Place? place))
        {
            _places[conversation] = place = new Place();
        }

        return place;
    }

    private sealed class Place
    {
        public string Epoch = "";

        public long Shown;

        /// <summary>The user was put out or went, and nothing has come since.</summary>
        public bool IsLeft;
    }
}
