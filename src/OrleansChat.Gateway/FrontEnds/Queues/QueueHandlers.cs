using System.Buffers;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Queues;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>Everything that does not consume.</summary>
internal sealed class QueueHandlers(IQueueStore store, IUserDirectory directory, QueuePublisher publisher, GatewayOptions options)
{
    private const int AtOnce = 64;

    public async Task<RestAnswer?> ListAsync(QueueRequest request)
    {
        IEnumerable<string> groups = (await directory.ConversationsAsync(request.Caller.User)).Keys
            .Select(id => ConversationId.TryParse(id, out ConversationId parsed) ? parsed.GroupId : null)
            .OfType<string>()
            .Order(StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (string[] some in groups.Chunk(AtOnce))
        {
            Result<QueueStats>[] all = await Task.WhenAll(
                some.Select(id => store.StatsAsync(ConversationId.Group(id), request.Caller.Actor, rates: false)));
            if (all.FirstOrDefault(one => one.Error is { Retry: true })?.Error is { } unavailable)
            {
                return unavailable;
            }

            // The list of conversations is a superset: whoever is no member is refused here.
            foreach ((string id, Result<QueueStats> stats) in some.Zip(all).Where(pair => pair.Second.IsOk))
            {
                writer.WriteStartObject();
                writer.WriteString("queue", id);
                writer.WriteNumber("depth", stats.Value!.Depth);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        await writer.FlushAsync();
        return new RestAnswer(StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    public async Task<RestAnswer?> PostAsync(QueueRequest request)
    {
        QueueValue value = await QueueBody.ReadAsync(request.Http.Request, "value", options.Limits.Frame)
            ?? throw new BadArgumentException("Give value as a field of a form or as a member of a JSON object.");
        SendReply reply = await publisher.PostAsync(request.Caller, request.Queue, value, ClientId(request.Http.Request));
        return reply.Error is { } error ? error : QueueJson.Posted(request.Name, reply.Seq, reply.Duplicate);
    }

    public async Task<RestAnswer?> ClearAsync(QueueRequest request)
    {
        Result<Done> done = await store.ClearAsync(request.Queue, request.Caller.Actor);
        return done.IsOk ? RestAnswer.Done : done.Error;
    }

    public async Task<RestAnswer?> StatsAsync(QueueRequest request)
    {
        Result<QueueStats> stats = await store.StatsAsync(request.Queue, request.Caller.Actor, rates: true);
        return stats.IsOk ? QueueJson.Stats(request.Name, stats.Value) : stats.Error;
    }

    public async Task<RestAnswer?> PolicyAsync(QueueRequest request)
    {
        Result<QueueStats> stats = await store.StatsAsync(request.Queue, request.Caller.Actor, rates: false);
        return stats.IsOk ? QueueJson.Member(request.Name, "policy", QueueJson.NameOf(stats.Value.Policy)) : stats.Error;
    }

    public async Task<RestAnswer?> SetPolicyAsync(QueueRequest request)
    {
        QueuePolicy policy = await QueueBody.ReadWordAsync(request.Http.Request, "policy", options.Limits.Frame) switch
        {
            QueueJson.Broadcast => QueuePolicy.Broadcast,
            QueueJson.RoundRobin => QueuePolicy.RoundRobin,
            _ => throw new BadArgumentException("policy must be broadcast or roundrobin."),
        };
        Result<Done> done = await store.SetPolicyAsync(request.Queue, request.Caller.Actor, policy);
        return done.IsOk ? QueueJson.Member(request.Name, "policy", QueueJson.NameOf(policy)) : done.Error;
    }

    public async Task<RestAnswer?> ControlAsync(QueueRequest request)
    {
        string? status = await QueueBody.ReadWordAsync(request.Http.Request, "status", options.Limits.Frame);
        if (status is not ("start" or "stop"))
        {
            throw new BadArgumentException("status must be start or stop.");
        }

        Result<Done> done = await store.SetStoppedAsync(request.Queue, request.Caller.Actor, status == "stop");
        return done.IsOk ? QueueJson.Member(request.Name, "status", status) : done.Error;
    }

    private static string? ClientId(HttpRequest request) => request.Headers[RestParameter.IdempotencyKey.Name] switch
    {
        [] => null,
        [['"', .. var inner, '"']] when Names.IsClientId(inner) => inner,
        [{ } key] when Names.IsClientId(key) => key,
        _ => throw new BadArgumentException($"{RestParameter.IdempotencyKey.Name} must have 1 to {Names.MaxClientIdLength} letters, digits or ._-~+/=: characters."),
    };
}
