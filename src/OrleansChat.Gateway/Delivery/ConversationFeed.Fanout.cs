using System.Runtime.CompilerServices;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Delivery;

/// <summary>One conversation on this node. This part hands entries to sessions.</summary>
internal sealed partial class ConversationFeed
{
    /// <summary>From so many on handing out an entry takes milliseconds: memory that no cache holds, several times for each session.</summary>
    private const int Large = 1_000;

    private SemaphoreSlim? _turns;

    /// <summary>
    /// Whether so many sessions hear it that handing out an entry is worth a piece of work of its own. Who does it then waits for
    /// <see cref="EnterAsync"/> first: otherwise what else was to go on on the same thread stands behind ten thousand deliveries (invariant I7).
    /// </summary>
    public bool IsLarge => Volatile.Read(ref _subscriptions).Length >= Large;

    /// <summary>
    /// Waits for one's turn and goes on in a new piece of work. One after the other, in the order of coming: further ones would only block threads at the lock.
    /// Each is ended with <see cref="Leave"/>.
    /// </summary>
    public ConfiguredTaskAwaitable EnterAsync() =>
        LazyInitializer.EnsureInitialized(ref _turns, static () => new SemaphoreSlim(1)).WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Lets the next one in.</summary>
    public void Leave() => _turns!.Release();

    private void Hand(long seq, ReadOnlyMemory<byte> message)
    {
        _last = seq;
        _lastAt = MessageJson.TryReadHead(message.Span, out MessageHead head) ? head.At : 0;
        bool system = head.Kind.SequenceEqual("system"u8);
        ChatEvent? chatEvent = null;
        bool awaken = false;
        int recipients = 0;
        foreach (Subscription subscription in _subscriptions)
        {
            if (subscription.State == SubscriptionState.Live && subscription.Cursor < seq)
            {
                subscription.Cursor = seq;
                if (subscription.Queue.Silenced is null || !subscription.Session.IsSilenced(head))
                {
                    recipients++;
                    if (!subscription.Queue.TryAdd(chatEvent ??= ChatEvent.OfMessage(Id.Value, seq, message, _trace)))
                    {
                        subscription.Session.Close(CloseReason.Slow);
                    }
                }
            }

            awaken |= subscription.State == SubscriptionState.Waiting;
        }

        ChatMetrics.Delivered(recipients);
        if (system && SystemEntry.Read(message) is { } entry)
        {
            Apply(entry);
        }

        // Somebody whose list named the conversation before they were a member: they may be one now.
        if (awaken && (Id.IsDirect || system))
        {
            foreach (Subscription subscription in _subscriptions)
            {
                if (subscription.State == SubscriptionState.Waiting)
                {
                    subscription.Session.Conversations.Awaken(subscription);
                }
            }
        }

        Moved?.Invoke(this);
    }

    private void Apply(SystemEntry entry)
    {
        foreach (Subscription subscription in _subscriptions)
        {
            bool concerned = subscription.Session.User == entry.User;
            bool hears = subscription.State is SubscriptionState.Live or SubscriptionState.Behind;

            // One that is held gets the answer to its sync first and finds out when it begins to read; one that waits is no member's.
            if (hears && (entry.Ends || (entry.Removes && concerned)))
            {
                End(subscription);
                subscription.Session.Conversations.Removed(subscription);
            }
            else if (entry.ChangesAll || (entry.ChangesUser && concerned))
            {
                subscription.Session.Conversations.Refresh(subscription);
            }
        }
    }

    private void Tell(ChatEvent chatEvent, string from)
    {
        using ReaderWakes.Gathering gathering = ReaderWakes.Gather();
        lock (_gate)
        {
            foreach (Subscription subscription in _subscriptions)
            {
                if (subscription.State is SubscriptionState.Live or SubscriptionState.Behind && subscription.Session.User != from)
                {
                    subscription.Session.Deliver(chatEvent);
                }
            }
        }
    }

    private void End(Subscription subscription)
    {
        subscription.State = SubscriptionState.Ended;
        _subscriptions = [.. _subscriptions.Where(other => !ReferenceEquals(other, subscription))];
    }
}
