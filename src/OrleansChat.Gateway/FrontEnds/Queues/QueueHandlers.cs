using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Queues;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>The endpoints that answer once.</summary>
internal sealed class QueueHandlers(IQueueStore store, IUserDirectory directory, QueuePublisher publisher, GatewayOptions options)
{
    private const int DefaultLease = 30;
    private const int MaxLease = 3600;
    private const int AtOnce = 64;

    public async Task<RestAnswer> ListAsync(Caller caller)
    {
        IEnumerable<string> groups = (await directory.ConversationsAsync(caller.User)).Keys
            .Select(id => ConversationId.TryParse(id, out ConversationId parsed) ? parsed.GroupId : null)
            .OfType<string>().Order(StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (string[] some in groups.Chunk(AtOnce))
            {
                Result<QueueStats>[] all = await Task.WhenAll(some.Select(id => store.StatsAsync(ConversationId.Group(id), caller.Actor)));
                foreach ((string id, Result<QueueStats> stats) in some.Zip(all).Where(pair => pair.Second.IsOk))
                {
                    writer.WriteStartObject();
                    writer.WriteString("queue", id);
                    writer.WriteNumber("depth", stats.Value!.Depth);
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        }

        return new RestAnswer(StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    public async Task<RestAnswer> PostAsync(HttpContext http, Caller caller, ConversationId queue)
    {
        string value = await QueueBody.ReadAsync(http.Request, "value", options.Limits.Frame) ?? throw new BadArgumentException("value is missing.");
        Result<long> posted = await publisher.PostAsync(caller, queue, value);
        return posted.IsOk ? QueueJson.Posted(queue.GroupId!, posted.Value) : posted.Error;
    }

    public async Task<RestAnswer> TakeAsync(HttpContext http, Caller caller, ConversationId queue)
    {
        bool soft = Flag(http, "soft");
        bool lease = Flag(http, "ack");
        if (soft && lease)
        {
            throw new BadArgumentException("soft and ack exclude each other.");
        }

        int seconds = Lease(http, lease);
        QueueTake take = soft ? QueueTake.Soft : lease ? QueueTake.Lease : QueueTake.Hard;
        Result<QueueBatch> batch = await store.TakeAsync(queue, caller.Actor, take, TimeSpan.FromSeconds(seconds));
        if (!batch.IsOk)
        {
            return batch.Error;
        }

        if (batch.Value.Items is not [QueueItem item])
        {
            return RestAnswer.Done;
        }

        if (!soft && http.RequestAborted.IsCancellationRequested)
        {
            await store.ReturnAsync(queue, caller.Actor, item.Key);
        }

        return new RestAnswer(StatusCodes.Status200OK, QueueJson.Item(queue.GroupId!, item));
    }

    public async Task<RestAnswer> AcknowledgeAsync(HttpContext http, Caller caller, ConversationId queue)
    {
        long key = long.TryParse(http.Request.RouteValues["key"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new BadArgumentException("The key is not a number.");
        return Answer(await store.AcknowledgeAsync(queue, caller.Actor, key));
    }

    public async Task<RestAnswer> ClearAsync(Caller caller, ConversationId queue) => Answer(await store.ClearAsync(queue, caller.Actor));

    public async Task<RestAnswer> StatsAsync(Caller caller, ConversationId queue)
    {
        Result<QueueStats> stats = await store.StatsAsync(queue, caller.Actor);
        return stats.IsOk ? QueueJson.Stats(queue.GroupId!, stats.Value) : stats.Error;
    }

    public async Task<RestAnswer> PolicyAsync(Caller caller, ConversationId queue)
    {
        Result<QueueStats> stats = await store.StatsAsync(queue, caller.Actor);
        return stats.IsOk ? QueueJson.Member(queue.GroupId!, "policy", QueueJson.NameOf(stats.Value.Policy)) : stats.Error;
    }

    public async Task<RestAnswer> SetPolicyAsync(HttpContext http, Caller caller, ConversationId queue)
    {
        QueuePolicy policy = await QueueBody.ReadAsync(http.Request, "policy", options.Limits.Frame) switch
        {
            QueueJson.Broadcast => QueuePolicy.Broadcast,
            QueueJson.RoundRobin => QueuePolicy.RoundRobin,
            _ => throw new BadArgumentException("policy must be broadcast or roundrobin."),
        };
        Result<Done> done = await store.SetPolicyAsync(queue, caller.Actor, policy);
        return done.IsOk ? QueueJson.Member(queue.GroupId!, "policy", QueueJson.NameOf(policy)) : done.Error;
    }

    public async Task<RestAnswer> ControlAsync(HttpContext http, Caller caller, ConversationId queue)
    {
        string? status = await QueueBody.ReadAsync(http.Request, "status", options.Limits.Frame);
        if (status is not ("start" or "stop"))
        {
            throw new BadArgumentException("status must be start or stop.");
        }

        Result<Done> done = await store.SetStoppedAsync(queue, caller.Actor, status == "stop");
        return done.IsOk ? QueueJson.Member(queue.GroupId!, "status", status) : done.Error;
    }

    private static RestAnswer Answer(Result<Done> done) => done.IsOk ? RestAnswer.Done : done.Error;

    private static int Lease(HttpContext http, bool leases)
    {
        string text = http.Request.Query["lease"].ToString();
        return !leases || text.Length == 0 ? DefaultLease
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= MaxLease ? seconds
            : throw new BadArgumentException($"lease must be 1 to {MaxLease} seconds.");
    }

    private static bool Flag(HttpContext http, string name) => http.Request.Query[name].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw new BadArgumentException($"{name} must be true or false."),
    };
}
