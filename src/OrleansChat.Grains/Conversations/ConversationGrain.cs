using Orleans;
using OrleansChat.Conversations;

namespace OrleansChat.Grains.Conversations;

/// <summary>
/// A conversation. It orders and gathers what this node's sessions send; everything that is true stands in the log, so that
/// a second activation elsewhere does no harm (invariant I6).
/// </summary>
internal sealed class ConversationGrain : Grain, IConversationGrain
{
    private readonly IMessageLog _log;
    private readonly SendBatcher _sends;
    private readonly ReceiptThrottle _receipts;
    private readonly TypingThrottle _typing;
    private readonly ConversationId _id;

    public ConversationGrain(IMessageLog log, DirectOpener opener, IRetention retention, ChatLimits limits, TimeProvider time, ILoggerFactory loggers)
    {
        if (!ConversationId.TryParse(this.GetPrimaryKeyString(), out _id))
        {
            throw new ArgumentException("The grain's key is not the id of a conversation.");
        }

        _log = log;
        var trimmer = new HistoryTrimmer(_id, retention, loggers.CreateLogger<HistoryTrimmer>());
        _sends = new SendBatcher(_id, log, opener, trimmer, limits.PendingSends, loggers.CreateLogger<SendBatcher>());
        _receipts = new ReceiptThrottle(_id, log, time, callback => this.RegisterGrainTimer(callback, ReceiptThrottle.Interval, ReceiptThrottle.Interval));
        _typing = new TypingThrottle(time);
    }

    /// <inheritdoc />
    public Task<SendReply> Send(SendRequest request) => _sends.Send(request);

    /// <inheritdoc />
    public Task<IReadOnlyList<SendReply>> SendAll(IReadOnlyList<SendRequest> requests) => _sends.SendAll(requests);

    /// <inheritdoc />
    public async Task<Result<Appended>> Change(ChangeRequest request)
    {
        Result<Appended> result = await _log.ChangeAsync(_id, request, _sends.Known);
        if (result.IsOk)
        {
            _sends.Saw(result.Value.Position.Epoch, result.Value.Position.Seq);
        }

        return result;
    }

    /// <inheritdoc />
    public Task<Result<HistoryPage>> History(HistoryRequest request) => _log.HistoryAsync(_id, request);

    /// <inheritdoc />
    public Task<Result<Watermark>> Mark(Actor actor, long seq, bool read) => _receipts.MarkAsync(actor, seq, read);

    /// <inheritdoc />
    public async Task<Result<Done>> Typing(Actor actor) =>
        _typing.MayAnnounce(actor.User) ? await _log.TypingAsync(_id, actor) : Done.Ok;
}
