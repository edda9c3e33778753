using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.Delivery;

/// <summary>The events that a node makes itself.</summary>
internal static class ChatEvents
{
    /// <summary>The first event of a session.</summary>
    public static ChatEvent Hello(ChatSession session, ChatLimits limits) =>
        ChatEvent.Of("hello", string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $",\"user\":\"{session.User}\",\"session\":\"{session.Id}\",\"node\":\"{session.Caller.Actor.Node}\",\"limits\":{{\"text\":{limits.Text},\"frame\":{limits.Frame},\"inFlight\":{limits.InFlightSends},\"page\":{limits.PageSize},\"replay\":{limits.Replay}}}"));

    /// <summary>A conversation is new to the user, or they see it differently now.</summary>
    public static ChatEvent Conversation(Summary summary, string user) =>
        ChatEvent.Of(
            "conversation",
            "summary",
            CommandResult.Of((summary, user), static (writer, state) => WireJson.Summary(writer, state.summary, state.user)).Ok.Span,
            summary.Conversation);

    /// <summary>The user is no longer in a conversation.</summary>
    public static ChatEvent ConversationRemoved(string conversation) =>
        ChatEvent.Of("conversation.removed", $",\"conversation\":\"{conversation}\"", conversation);

    /// <summary>Somebody was added to the contacts on another device, or removed.</summary>
    public static byte[] Contact(string user, bool on) =>
        ChatEvent.Of("contact", $",\"user\":\"{user}\",\"on\":{(on ? "true" : "false")}").Json;

    /// <summary>The session ends.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="after">Milliseconds to wait before coming back.</param>
    public static ChatEvent Bye(CloseReason reason, long after) =>
        ChatEvent.Of("bye", string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $",\"code\":{reason.Code},\"reconnect\":{(reason.Reconnect ? "true" : "false")},\"after\":{after}"));
}
