using System.Text.Json.Nodes;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Live;

/// <summary>Shows what happens: lines for people; for programs the events of the native protocol as the server sends them.</summary>
/// <param name="screen">Where to.</param>
/// <param name="me">The signed-in user.</param>
/// <param name="withPlace">Whether lines say which conversation they belong to.</param>
internal sealed class EventLines(Screen screen, string me, bool withPlace)
{
    private readonly Dictionary<string, long> _read = [];
    private (string Conversation, string From) _typing;

    /// <summary>A message that came live.</summary>
    public void Message(MessageEvent live)
    {
        _typing = _typing.Conversation == live.Conversation ? default : _typing;
        if (screen.IsJson)
        {
            screen.Json(live.Utf8.Span);
        }
        else
        {
            screen.Line(MessageLine.Of(live.Message, me, Place(live.Conversation)));
        }
    }

    /// <summary>A message read from the history.</summary>
    public void Message(ChatMessage stored, bool? seen = null)
    {
        if (screen.IsJson)
        {
            screen.Json(new JsonObject { ["ev"] = "message", ["message"] = MessageLine.Json(stored, seen) });
        }
        else
        {
            screen.Line(MessageLine.Of(stored, me, Place(stored.Conversation), seen));
        }
    }

    /// <summary>Somebody writes. On a screen it is said once until that person's message comes.</summary>
    public void Typing(TypingEvent typing)
    {
        if (typing.From == me || (!screen.IsJson && _typing == (typing.Conversation, typing.From)))
        {
            return;
        }

        _typing = (typing.Conversation, typing.From);
        News(typing, typing.Conversation, $"{typing.From} is typing");
    }

    /// <summary>How far somebody has read. People see it of the other person of a direct conversation.</summary>
    public void Receipt(ReceiptEvent receipt)
    {
        bool isPeer = receipt.User != me && ConversationName.PeerOf(receipt.Conversation, me) is not null;
        if (screen.IsJson || (isPeer && receipt.Read > _read.GetValueOrDefault(receipt.Conversation)))
        {
            _read[receipt.Conversation] = receipt.Read;
            News(receipt, receipt.Conversation, $"{receipt.User} has seen up to #{receipt.Read}");
        }
    }

    public void Presence(PresenceEvent presence) =>
        News(presence, null, $"{presence.User} is {presence.State}{(string.IsNullOrEmpty(presence.Status) ? "" : $" ({presence.Status})")}");

    public void Removed(ConversationRemovedEvent removed) =>
        Notice(new NoticeLine("conversation.removed", removed.Conversation), $"{ConversationName.Show(removed.Conversation, me)}: you are no longer in it");

    public void Replaced(string conversation, ChatPosition position) => Notice(
        new NoticeLine("reset", conversation, position.Epoch, position.Seq),
        $"{ConversationName.Show(conversation, me)} was restored from an older copy: numbers after #{position.Seq} begin anew");

    public void Gone(string conversation, long from, long to) => Notice(
        new NoticeLine("gone", conversation, Seq: to), $"{ConversationName.Show(conversation, me)}: #{from} to #{to} are not kept any more");

    private void News(ChatEvent happened, string? conversation, string text)
    {
        if (screen.IsJson)
        {
            screen.Json(happened.Utf8.Span);
        }
        else
        {
            screen.Line(Part.Quiet($"{(conversation is null || Place(conversation) is not { } place ? "" : place + " ")}* {text}"));
        }
    }

    private void Notice(NoticeLine notice, string text) => screen.Show(notice, CliJson.Default.NoticeLine, Part.Quiet("* " + text));

    private string? Place(string conversation) => withPlace ? ConversationName.Show(conversation, me) : null;
}
