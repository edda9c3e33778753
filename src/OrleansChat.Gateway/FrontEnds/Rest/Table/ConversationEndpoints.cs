using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Handlers;

namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>Conversations and their messages.</summary>
internal static class ConversationEndpoints
{
    private const string Topic = "Conversations";
    private const string Messages = "/conversations/{conversation}/messages";
    private const string Message = Messages + "/{seq}";

    private static readonly ChatError[] Strangers = [ChatError.NotMember, ChatError.Banned, ChatError.NoSuchConversation];

    private static readonly ChatError[] Changing = [.. Strangers, ChatError.Forbidden, ChatError.Muted, ChatError.NoSuchMessage];

    public static IReadOnlyList<RestEndpoint> Rows { get; } =
    [
        new RestEndpoint("GET", "/conversations", Topic, "The own conversations, the newest first.")
            .Runs("conversations").Asks(RestParameter.Limit).Gives<ConversationList>(),
        new RestEndpoint("GET", "/me/unseen", Topic, "Who has written directly how many messages that the caller has not seen.")
            .Handles(SeenHandlers.UnseenAsync).Gives<UnseenList>(),
        new RestEndpoint("GET", "/search", Topic, "The caller's messages that have the words, the newest first, out of the newest 5,000.")
            .Runs("search").Asks(RestParameter.SearchText, RestParameter.In, RestParameter.BeforeFound, RestParameter.Limit)
            .Gives<MessagePage>().Refuses(Strangers),
        new RestEndpoint("POST", "/conversations", Topic, "Opens the direct conversation with somebody; nothing is stored until its first message.")
            .Runs("open").Takes<Peer>().Gives<SummaryDocument>().Refuses(ChatError.NoSuchUser),
        new RestEndpoint("GET", Messages, Topic, "A page of history: the end of it unless `before` or `after` is given.")
            .Handles(SeenHandlers.ReadAsync).Asks(RestParameter.BeforeSeq, RestParameter.AfterSeq, RestParameter.Limit, RestParameter.Seen).Gives<HistoryDocument>().Refuses(Strangers),
        new RestEndpoint("POST", Messages, Topic, "Sends a message. A direct conversation is opened by its first one. 200 when it was sent before.")
            .Handles(MessageHandlers.SendAsync).Heeds(RestParameter.IdempotencyKey).Takes<NewMessage>()
            .Makes<SentDocument>(static sent => $"/conversations/{sent.GetProperty("conversation").GetString()}/messages/{sent.GetProperty("seq").GetInt64()}")
            .OrRepeats()
            .Refuses([
                .. Strangers, ChatError.TooLarge, ChatError.Blocked, ChatError.Muted, ChatError.NoSuchUser, ChatError.Conflict, ChatError.Expired]),
        new RestEndpoint("GET", Message, Topic, "One message.")
            .Handles(MessageHandlers.ReadAsync).Gives<MessageDocument>().Refuses([.. Strangers, ChatError.NoSuchMessage]),
        new RestEndpoint("PATCH", Message, Topic, "Edits the text; the author only.")
            .Runs("edit").Takes<MessageEdit>().Gives<PositionDocument>().Refuses([.. Changing, ChatError.TooLarge]),
        new RestEndpoint("DELETE", Message, Topic, "Deletes the content; the author, or an admin of the group.")
            .Runs("delete").Gives<PositionDocument>().Refuses(Changing),
        new RestEndpoint("PUT", Message + "/reactions/{emoji}", Topic, "Reacts.")
            .Runs("react").With("on", true).Gives<PositionDocument>().Refuses(Changing),
        new RestEndpoint("DELETE", Message + "/reactions/{emoji}", Topic, "Takes a reaction back.")
            .Runs("react").With("on", false).Gives<PositionDocument>().Refuses(Changing),
        new RestEndpoint("PUT", Message + "/pin", Topic, "Pins a message; in groups admins only.")
            .Runs("pin").With("on", true).Gives<PositionDocument>().Refuses(Changing),
        new RestEndpoint("DELETE", Message + "/pin", Topic, "Unpins a message.")
            .Runs("pin").With("on", false).Gives<PositionDocument>().Refuses(Changing),
        new RestEndpoint("PUT", "/conversations/{conversation}/read", Topic, "Marks messages as read.")
            .Runs("read").Takes<Mark>().Refuses(Strangers),
        new RestEndpoint("PUT", "/conversations/{conversation}/delivered", Topic, "Marks messages as delivered.")
            .Runs("delivered").Takes<Mark>().Refuses(Strangers),
        new RestEndpoint("GET", "/conversations/{conversation}/receipts", Topic, "How far each member has come.")
            .Runs("receipts").Asks(RestParameter.After, RestParameter.Limit).Gives<ReceiptPage>().Refuses(Strangers),
        new RestEndpoint("POST", "/conversations/{conversation}/typing", Topic, "Shows the others that the caller is typing.")
            .Runs("typing").Refuses(Strangers),
    ];
}
