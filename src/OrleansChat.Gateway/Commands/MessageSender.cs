using System.Diagnostics;
using System.Runtime.CompilerServices;
using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Presence;
using OrleansChat.Telemetry;

namespace OrleansChat.Gateway.Commands;

/// <summary>A message to send, checked and encoded.</summary>
/// <param name="Conversation">Where to.</param>
/// <param name="ClientId">The client's own id of it.</param>
/// <param name="Content">The content as <see cref="MessageContent"/> made it.</param>
/// <param name="After">On a resend, the last number known when it was first sent.</param>
/// <param name="Echo">Whether the sending session hears its own message.</param>
internal readonly record struct OutgoingMessage(ConversationId Conversation, string ClientId, byte[] Content, long? After, bool Echo);

/// <summary>Brings a message to its conversation's grain and, from the answer, to this node's sessions.</summary>
internal sealed class MessageSender(
    IGrainFactory grains, ConversationFeeds feeds, UserBudgets budgets, SendBacklog backlog, NodeIdentity node, GatewayOptions options)
{
    /// <summary>Sends. The actor's own node delivers from the reply: no announcement comes back to it.</summary>
    public async Task<SendReply> SendAsync(Caller caller, OutgoingMessage message)
    {
        if (message.Conversation.IsDirect && message.Conversation.PeerOf(caller.User) is null)
        {
            return SendReply.Refused(ChatError.NotMember);
        }

        // Every door comes through here: beyond this line a send costs memory until it is answered.
        if (!backlog.TryEnter(message.Content.Length))
        {
            return SendReply.Refused(SendBacklog.Full);
        }

        using Activity? sending = ChatTraces.BeginSend(options.TraceRatio);
        SendRequest request = Request(caller, Acting(caller), message, ChatTraces.Carried(sending));
        SendReply reply;
        try
        {
            if (budgets.AreOn && !await budgets.TryTakeAsync(caller.User))
            {
                return SendReply.Refused(ChatError.RateLimited);
            }

            reply = await grains.GetGrain<IConversationGrain>(message.Conversation.Value).Send(request);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            reply = SendReply.Refused(ChatError.Unavailable);
        }
        finally
        {
            backlog.Leave(message.Content.Length);
        }

        if (feeds.TryGet(message.Conversation.Value, out ConversationFeed? feed))
        {
            Deliver(feed, caller, message, request.Tail.Span, reply, sending);
        }

        sending?.SetTag("chat.outcome", reply.Error?.Name ?? "ok");
        return reply;
    }

    /// <summary>Sends messages to one conversation that came together, in their order: one call, one delivery.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<SendReply>> SendAllAsync(Caller caller, IReadOnlyList<OutgoingMessage> messages)
    {
        if (messages.Count == 1 || ChatTraces.AreOn)
        {
            var each = new Task<SendReply>[messages.Count];
            for (int i = 0; i < each.Length; i++)
            {
                each[i] = SendAsync(caller, messages[i]);
            }

            return each.Length == 1 ? [await each[0]] : await Task.WhenAll(each);
        }

        ConversationId conversation = messages[0].Conversation;
        if (conversation.IsDirect && conversation.PeerOf(caller.User) is null)
        {
            return Refuse(messages.Count, ChatError.NotMember);
        }

        // What there is no room or budget for is the end of them, so that nothing is numbered before what was sent earlier.
        int entered = 0;
        while (entered < messages.Count && backlog.TryEnter(messages[entered].Content.Length))
        {
            entered++;
        }

        ChatError beyond = SendBacklog.Full;
        IReadOnlyList<SendReply> replies = [];
        SendRequest[] requests = [];
        try
        {
            int admitted = budgets.AreOn && entered > 0 ? await budgets.TakeAsync(caller.User, entered) : entered;
            beyond = admitted < entered ? ChatError.RateLimited : beyond;
            if (admitted > 0)
            {
                requests = Requests(caller, messages, admitted);
                replies = await grains.GetGrain<IConversationGrain>(conversation.Value).SendAll(requests);
            }
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException)
        {
            beyond = ChatError.Unavailable;
            replies = Refuse(requests.Length, ChatError.Unavailable);
        }
        finally
        {
            for (int i = 0; i < entered; i++)
            {
                backlog.Leave(messages[i].Content.Length);
            }
        }

        if (feeds.TryGet(conversation.Value, out ConversationFeed? feed))
        {
            using ReaderWakes.Gathering gathering = ReaderWakes.Gather();
            for (int i = 0; i < requests.Length; i++)
            {
                Deliver(feed, caller, messages[i], requests[i].Tail.Span, replies[i], null);
            }
        }

        return replies.Count == messages.Count ? replies : [.. replies, .. Refuse(messages.Count - replies.Count, beyond)];
    }

    /// <summary>
    /// The answer to a change or group command. What it added to the log is delivered here; one whose answer did not come may have added something.
    /// </summary>
    public CommandResult Answer(string conversation, Result<Appended> result)
    {
        bool followed = feeds.TryGet(conversation, out ConversationFeed? feed);
        if (!result.IsOk)
        {
            if (followed && result.Error.Retry)
            {
                feed!.Suspect();
            }

            return result.Error;
        }

        Appended appended = result.Value;
        if (followed && appended.Message.Length > 0)
        {
            feed!.Offer(appended.Position.Epoch, appended.Position.Seq, appended.Message);
        }

        return CommandResult.Of(appended, static (writer, done) =>
        {
            WireJson.Position(writer, done.Position);
            if (done.Pending)
            {
                writer.WriteBoolean("pending", true);
            }
        });
    }

    private SendRequest[] Requests(Caller caller, IReadOnlyList<OutgoingMessage> messages, int count)
    {
        Actor actor = Acting(caller);
        var requests = new SendRequest[count];
        for (int i = 0; i < count; i++)
        {
            requests[i] = Request(caller, actor, messages[i], trace: null);
        }

        return requests;
    }

    private static SendRequest Request(Caller caller, Actor actor, OutgoingMessage message, string? trace)
    {
        if (!message.Echo)
        {
            // Known before it is sent: the log may be read, by a session that just begins to hear the conversation, before the answer comes.
            caller.Session?.Silence(message.ClientId);
        }

        byte[] tail = MessageTail.Compose(message.ClientId, message.Content);
        return new SendRequest(actor, message.ClientId, MessageTail.Hash(message.Content), tail, message.After, trace);
    }

    // A caller whose node id is out of date would be announced to nobody here and delivered by nobody either.
    private Actor Acting(Caller caller) => caller.Actor.Node == node.Current ? caller.Actor : caller.Actor with { Node = string.Empty };

    private static SendReply[] Refuse(int count, ChatError error)
    {
        var replies = new SendReply[count];
        Array.Fill(replies, SendReply.Refused(error));
        return replies;
    }

    private static void Deliver(ConversationFeed feed, Caller caller, OutgoingMessage message, ReadOnlySpan<byte> tail, SendReply reply, Activity? sending)
    {
        if (reply.Error is { } error)
        {
            if (error.Code == ChatError.Unavailable.Code || error.Code == ChatError.Internal.Code)
            {
                feed.Suspect();
            }
        }
        else if (reply.Duplicate)
        {
            feed.Suspect(reply.Seq);
        }
        else
        {
            byte[] json = MessageJson.Compose(message.Conversation.Value, reply.Seq, caller.User, reply.At, tail);
            feed.Offer(reply.Epoch, reply.Seq, json, sending is { Recorded: true } ? new DeliveryTrace(sending.Context) : null);
        }
    }
}
