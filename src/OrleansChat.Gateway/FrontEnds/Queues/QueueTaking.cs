using System.Globalization;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Queues;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Taking one item by a request. Nothing is consumed before its answer has been written: until then it is only held.</summary>
internal sealed partial class QueueTaking(IQueueStore store, TimeProvider time, ILogger<QueueTaking> logger)
{
    private const int DefaultLease = 30;
    private const int MaxLease = 3600;

    // Well within the time for which a hard take holds its item.
    private static readonly TimeSpan WriteWithin = QueueTake.Delivery / 2;

    public async Task<RestAnswer?> TakeAsync(QueueRequest request)
    {
        QueueTake take = Asked(request.Http.Request);
        Result<QueueBatch> batch = await store.TakeAsync(request.Queue, request.Caller.Actor, take);
        if (!batch.IsOk)
        {
            return batch.Error;
        }

        if (batch.Value.Items is not [QueueItem item])
        {
            return RestAnswer.Done;
        }

        var answer = new RestAnswer(StatusCodes.Status200OK, QueueJson.Item(request.Name, item));
        if (take.Kind == QueueTakeKind.Soft)
        {
            return answer;
        }

        bool written = await TryWriteAsync(request.Http, answer);
        Result<Done> settled = !written ? await store.ReturnAsync(request.Queue, request.Caller.Actor, take, item.Key)
            : take.Kind == QueueTakeKind.Hard ? await store.ConfirmAsync(request.Queue, request.Caller.Actor, take, item.Key)
            : Done.Ok;
        if (settled.Error is { Retry: true })
        {
            // The item returns when its time is over.
            LogUnsettled(item.Key, request.Queue.Value);
        }

        return null;
    }

    public async Task<RestAnswer?> AcknowledgeAsync(QueueRequest request)
    {
        bool isNumber = long.TryParse(
            request.Http.Request.RouteValues["key"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out long key);
        if (!isNumber || key == 0)
        {
            throw new BadArgumentException("The key is not an item's number.");
        }

        Result<Done> done = await store.AcknowledgeAsync(request.Queue, request.Caller.Actor, key);
        return done.IsOk ? RestAnswer.Done : done.Error;
    }

    private static QueueTake Asked(HttpRequest request)
    {
        bool soft = Flag(request, "soft");
        bool lease = Flag(request, "ack");
        string text = request.Query["lease"].ToString();
        int seconds = text.Length == 0 ? DefaultLease
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked is >= 1 and <= MaxLease ? asked
            : throw new BadArgumentException($"lease must be 1 to {MaxLease} seconds.");
        return (soft, lease) switch
        {
            (true, true) => throw new BadArgumentException("soft and ack exclude each other."),
            (true, _) => new QueueTake(QueueTakeKind.Soft, TimeSpan.Zero),
            (_, true) => new QueueTake(QueueTakeKind.Lease, TimeSpan.FromSeconds(seconds)),
            _ => new QueueTake(QueueTakeKind.Hard, QueueTake.Delivery),
        };
    }

    private static bool Flag(HttpRequest request, string name) => request.Query[name].ToString().ToUpperInvariant() switch
    {
        "" or "FALSE" => false,
        "TRUE" => true,
        _ => throw new BadArgumentException($"{name} must be true or false."),
    };

    private async Task<bool> TryWriteAsync(HttpContext http, RestAnswer answer)
    {
        using var late = new CancellationTokenSource(WriteWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await RestPipeline.WriteAsync(http.Response, answer, either.Token);
            await http.Response.Body.FlushAsync(either.Token);

            // What is written to a connection that was cut is thrown away in silence.
            return !http.RequestAborted.IsCancellationRequested;
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            http.Abort();
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Storage did not answer about item {Key} of {Queue}, which may come again")]
    private partial void LogUnsettled(long key, string queue);
}
