using OrleansChat.Conversations;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Delivery;

/// <summary>One conversation on this node. This part hands entries to sessions.</summary>
internal sealed partial class ConversationFeed
{
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
                if (!subscription.Session.IsSilenced(head))
                {
                    subscription.Session.Deliver(chatEvent ??= ChatEvent.OfMessage(Id.Value, seq, message, _trace));
                    recipients++;
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
