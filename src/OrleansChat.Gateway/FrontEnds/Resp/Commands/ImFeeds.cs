using OrleansChat.Feeds;
using OrleansChat.Gateway.FrontEnds.Resp.Feeds;
using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>Reading: <c>IM.RECIVE</c>, <c>IM.MESSAGE</c>, <c>IM.READ</c>, <c>IM.UNREAD</c>.</summary>
internal sealed class ImFeeds
{
    private readonly FeedReader _reader;
    private readonly MessageFinder _messages;
    private readonly FeedReceipts _receipts;

    public ImFeeds(FeedReader reader, MessageFinder messages, FeedReceipts receipts)
    {
        _reader = reader;
        _messages = messages;
        _receipts = receipts;
        Table =
        [
            new("IM.RECIVE", -2, "Reads what is new for a user, or waits for it") { Run = ReceiveAsync },
            new("IM.RECEIVE", -2, "Reads what is new for a user, or waits for it") { Run = ReceiveAsync },
            new("IM.MESSAGE", -3, "Reads one message") { Run = MessageAsync },
            new("IM.READ", 3, "Marks a user's feed read up to a place") { Run = ReadAsync },
            new("IM.UNREAD", 2, "Counts what a user has not read") { Run = UnreadAsync },
        ];
    }

    public IReadOnlyList<RespCommand> Table { get; }

    private async Task<RespValue> ReceiveAsync(RespCall call)
    {
        string user = call.User(1);
        ReceiveOptions options = ReceiveOptions.Read(call);
        List<FeedItem> items;
        try
        {
            items = await _reader.ReceiveAsync(user, options.Start, options.Count, options.Block, call.Gone);
        }
        catch (OperationCanceledException) when (!call.Closed.IsCancellationRequested)
        {
            return RespValue.NullArray;
        }

        return items.Count == 0 ? RespValue.NullArray : RespValue.Array(RespValue.Array(
            RespValue.Bulk($"s:{user}"), RespValue.Array([.. items.Select(item => Message(item.Id.ToString(), item.Fields))])));
    }

    private async Task<RespValue> MessageAsync(RespCall call)
    {
        if (call.Count > 4)
        {
            return RespError.WrongCount("im.message");
        }

        string kind = call.Count == 3 ? "USER" : call.Word(1);
        IReadOnlyList<string>? fields = kind switch
        {
            "USER" => await _messages.OfUserAsync(call.User(call.Count - 2), call.Id(call.Count - 1)),
            "GROUP" => await _messages.OfGroupAsync(call.Group(2), call.Id(3)),
            _ => throw new RespRefusedException(RespError.Syntax),
        };
        return fields is null ? RespValue.NullArray : Message(call.Text(call.Count - 1), fields);
    }

    private async Task<RespValue> ReadAsync(RespCall call) =>
        await _receipts.MarkAsync(call.User(1), call.Id(2)) is { } refusal ? RespError.Of(refusal) : RespValue.Ok;

    private async Task<RespValue> UnreadAsync(RespCall call)
    {
        Result<IReadOnlyList<UnreadCount>> unread = await _receipts.UnreadAsync(call.User(1));
        return unread.IsOk
            ? RespValue.Array([.. unread.Value.SelectMany(one => new[] { RespValue.Bulk(one.Name), RespValue.Integer(one.Count) })])
            : RespError.Of(unread.Error);
    }

    private static RespValue Message(string id, IReadOnlyList<string> fields) => RespValue.Array(RespValue.Bulk(id), RespValue.Texts(fields));
}
