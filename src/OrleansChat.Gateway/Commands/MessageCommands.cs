using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Commands;

/// <summary>Sending, reading and changing messages.</summary>
internal sealed class MessageCommands
{
    private readonly IGrainFactory _grains;
    private readonly IMessageLog _log;
    private readonly IUserDirectory _directory;
    private readonly MessageSender _sender;
    private readonly ChatLimits _limits;

    public MessageCommands(IGrainFactory grains, IMessageLog log, IUserDirectory directory, MessageSender sender, MessageSearch search, GatewayOptions options)
    {
        _grains = grains;
        _log = log;
        _directory = directory;
        _sender = sender;
        _limits = options.Limits;
        Table = new Dictionary<string, CommandHandler>
        {
            ["send"] = SendAsync,
            ["history"] = HistoryAsync,
            ["edit"] = EditAsync,
            ["delete"] = (caller, arguments) => ChangeAsync(caller, arguments, ChangeKind.Delete),
            ["react"] = (caller, arguments) => ChangeAsync(caller, arguments, ChangeKind.React, Emoji(arguments)),
            ["pin"] = (caller, arguments) => ChangeAsync(caller, arguments, ChangeKind.Pin),
            ["read"] = (caller, arguments) => MarkAsync(caller, arguments, read: true),
            ["delivered"] = (caller, arguments) => MarkAsync(caller, arguments, read: false),
            ["receipts"] = ReceiptsAsync,
            ["typing"] = TypingAsync,
            ["open"] = OpenAsync,
            ["conversations"] = ConversationsAsync,
            ["search"] = (caller, arguments) => search.SearchAsync(caller, arguments),
        };
    }

    private static ChatError BadClientId { get; } =
        ChatError.BadRequest.Because($"clientId must have 1 to {Names.MaxClientIdLength} letters, digits or ._-~+/=: characters.");

    public IReadOnlyDictionary<string, CommandHandler> Table { get; }

    /// <summary>Reads and checks the parameters of <c>send</c>.</summary>
    internal Result<OutgoingMessage> ReadMessage(Caller caller, CommandArguments arguments)
    {
        ConversationId conversation = arguments.Json.TryGetProperty("to", out _) && !arguments.Json.TryGetProperty("conversation", out _)
            ? Direct(caller, arguments.User("to"))
            : arguments.Conversation();
        string clientId = arguments.OptionalText("clientId") ?? Ids.NewUnguessable();
        if (!Names.IsClientId(clientId))
        {
            return BadClientId;
        }

        Result<byte[]> content = MessageContent.Build(
            arguments.OptionalText("text"),
            arguments.Number("replyTo"),
            Element(arguments, "attachments"),
            Element(arguments, "data"),
            _limits);
        return content.IsOk
            ? new OutgoingMessage(conversation, clientId, content.Value, arguments.Number("after"), arguments.Flag("echo", true))
            : content.Error;
    }

    /// <summary>Checks a message of a door whose messages are texts and nothing else.</summary>
    internal Result<OutgoingMessage> CheckMessage(PlainMessage message)
    {
        string clientId = message.ClientId ?? Ids.NewUnguessable();
        if (!Names.IsClientId(clientId))
        {
            return BadClientId;
        }

        Result<byte[]> content = MessageContent.Build(message.Text, null, null, null, _limits);
        return content.IsOk ? new OutgoingMessage(message.Conversation, clientId, content.Value, null, Echo: true) : content.Error;
    }

    /// <summary>Sends what came together, to one conversation. One answer each, in their order.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<IReadOnlyList<CommandResult>> SendAllAsync(Caller caller, IReadOnlyList<OutgoingMessage> messages)
    {
        IReadOnlyList<SendReply> replies = await _sender.SendAllAsync(caller, messages);
        var results = new CommandResult[messages.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Answer(messages[i], replies[i]);
        }

        return results;
    }

    private static CommandResult Answer(OutgoingMessage message, SendReply reply) =>
        reply.Error is { } error ? error : SendJson.Write(message.Conversation.Value, reply);

    internal static ConversationId Direct(Caller caller, string peer) =>
        peer == caller.User ? throw new BadArgumentException("There is no conversation with oneself.") : ConversationId.Direct(caller.User, peer);

    private static JsonElement? Element(CommandArguments arguments, string name) =>
        arguments.Json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // Goes into JSON as it stands: nothing in it may need escaping.
    private static string Emoji(CommandArguments arguments)
    {
        string emoji = arguments.Text("emoji");
        return emoji.Length is > 0 and <= 32 && !emoji.Any(c => c is '"' or '\\' or '<' or '>' or '&' || char.IsControl(c) || char.IsWhiteSpace(c))
            && emoji.IsNormalized()
            ? emoji
            : throw new BadArgumentException("emoji must be 1 to 32 characters without spaces or quotes.");
    }

    private async Task<CommandResult> SendAsync(Caller caller, CommandArguments arguments)
    {
        Result<OutgoingMessage> message = ReadMessage(caller, arguments);
        if (!message.IsOk)
        {
            return message.Error;
        }

        return Answer(message.Value, await _sender.SendAsync(caller, message.Value));
    }

    private async Task<CommandResult> HistoryAsync(Caller caller, CommandArguments arguments)
    {
        ConversationId id = arguments.Conversation();
        var request = new HistoryRequest(
            caller.Actor, arguments.Number("before"), arguments.Number("after"), arguments.Limit(50, _limits.PageSize));
        if (id.IsDirect && id.PeerOf(caller.User) is null)
        {
            return ChatError.NotMember;
        }

        Result<HistoryPage> page = await _grains.GetGrain<IConversationGrain>(id.Value).History(request);
        return page.IsOk ? CommandResult.Of(page.Value, WireJson.History) : page.Error;
    }

    private async Task<CommandResult> EditAsync(Caller caller, CommandArguments arguments)
    {
        Result<byte[]> fragment = MessageContent.BuildEdit(arguments.Text("text"), _limits);
        return fragment.IsOk ? await ChangeAsync(caller, arguments, ChangeKind.Edit, fragment: fragment.Value) : fragment.Error;
    }

    private async Task<CommandResult> ChangeAsync(
        Caller caller, CommandArguments arguments, ChangeKind kind, string? emoji = null, byte[]? fragment = null)
    {
        ConversationId id = arguments.Conversation();
        var change = new ChangeRequest(caller.Actor, kind, arguments.Seq(), fragment, emoji, arguments.Flag("on", true));
        if (id.IsDirect && id.PeerOf(caller.User) is null)
        {
            return ChatError.NotMember;
        }

        Result<Appended> changed = await _grains.GetGrain<IConversationGrain>(id.Value).Change(change);
        return _sender.Answer(id.Value, changed);
    }

    private async Task<CommandResult> MarkAsync(Caller caller, CommandArguments arguments, bool read)
    {
        ConversationId id = arguments.Conversation();
        if (id.IsDirect && id.PeerOf(caller.User) is null)
        {
            return ChatError.NotMember;
        }

        Result<Watermark> marked = await _grains.GetGrain<IConversationGrain>(id.Value).Mark(caller.Actor, arguments.Seq(), read);
        return marked.IsOk ? CommandResult.Done : marked.Error;
    }

    private async Task<CommandResult> ReceiptsAsync(Caller caller, CommandArguments arguments)
    {
        ConversationId id = arguments.Conversation();
        Result<Page<Watermark>> page = await _log.ReceiptsAsync(
            id, caller.Actor, arguments.OptionalText("after"), arguments.Limit(100, _limits.PageSize));
        return page.IsOk ? CommandResult.Page(page.Value, WireJson.WatermarkObject) : page.Error;
    }

    private async Task<CommandResult> TypingAsync(Caller caller, CommandArguments arguments)
    {
        ConversationId id = arguments.Conversation();
        if (id.IsDirect && id.PeerOf(caller.User) is null)
        {
            return ChatError.NotMember;
        }

        Result<Done> told = await _grains.GetGrain<IConversationGrain>(id.Value).Typing(caller.Actor);
        return told.IsOk ? CommandResult.Done : told.Error;
    }

    private async Task<CommandResult> OpenAsync(Caller caller, CommandArguments arguments)
    {
        string peer = arguments.User("to");
        Result<string> opened = await _grains.GetGrain<IUserGrain>(caller.User).OpenDirect(caller.Actor, peer);
        Result<Summary> summary = opened.IsOk ? await _log.SummaryAsync(ConversationId.Direct(caller.User, peer), caller.Actor) : opened.Error;
        return summary.IsOk
            ? CommandResult.Of((summary.Value, caller.User), static (writer, state) => WireJson.Summary(writer, state.Value, state.User))
            : summary.Error;
    }

    private async Task<CommandResult> ConversationsAsync(Caller caller, CommandArguments arguments)
    {
        int limit = arguments.Limit(_limits.PageSize, _limits.ConversationsPerUser);
        Result<List<Summary>> summaries = await UserList.SummariesAsync(_log, (await _directory.ConversationsAsync(caller.User)).Keys, caller.Actor);
        if (!summaries.IsOk)
        {
            return summaries.Error;
        }

        return CommandResult.Of(
            (SummaryOrder.NewestFirst(summaries.Value).Take(limit), caller.User),
            static (writer, state) => SummaryOrder.Write(writer, state.Item1, state.User));
    }
}
