using System.Globalization;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Queues;

namespace OrleansChat.Gateway.FrontEnds.Queues;

/// <summary>What the queue door writes.</summary>
internal static class QueueJson
{
    public const string Broadcast = "broadcast";
    public const string RoundRobin = "roundrobin";

    /// <summary>An item as one JSON object on one line.</summary>
    public static ReadOnlyMemory<byte> Item(string queue, QueueItem item)
    {
        byte[]? json = item.Json ? QueueValue.Read(item.Text) : null;
        return CommandResult.Of((queue, item, json), static (writer, state) =>
        {
            writer.WriteString("queue", state.queue);
            writer.WriteNumber("key", state.item.Key);
            writer.WritePropertyName("value");
            if (state.json is { } raw)
            {
                writer.WriteRawValue(raw, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue(state.item.Text);
            }

            writer.WriteNumber("count", state.item.Count);
        }).Ok;
    }

    public static RestAnswer Posted(string queue, long key, bool repeated) => new(
        repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created,
        CommandResult.Of((queue, key), static (writer, state) =>
        {
            writer.WriteString("queue", state.queue);
            writer.WriteNumber("key", state.key);
        }).Ok,
        Location: string.Create(CultureInfo.InvariantCulture, $"/q/{queue}/{key}"));

    public static RestAnswer Member(string queue, string name, string value) =>
        Ok(CommandResult.Of((queue, name, value), static (writer, state) =>
        {
            writer.WriteString("queue", state.queue);
            writer.WriteString(state.name, state.value);
        }));

    public static RestAnswer Stats(string queue, QueueStats stats) =>
        Ok(CommandResult.Of((queue, stats), static (writer, state) =>
        {
            writer.WriteString("queue", state.queue);
            writer.WriteNumber("depth", state.stats.Depth);
            writer.WriteNumber("leased", state.stats.Leased);
            writer.WriteNumber("consumers", state.stats.Consumers);
            writer.WriteNumber("consumed", state.stats.Consumed);
            writer.WriteString("policy", NameOf(state.stats.Policy));
            writer.WriteString("status", state.stats.Stopped ? "stop" : "start");
            writer.WriteStartObject("rates");
            writer.WriteNumber("postedPerMinute", state.stats.PostedPerMinute);
            writer.WriteNumber("consumedPerMinute", state.stats.ConsumedPerMinute);
            writer.WriteEndObject();
        }));

    public static ReadOnlyMemory<byte> Error(ChatError error) =>
        CommandResult.Of(error, static (writer, refused) =>
        {
            writer.WriteStartObject("error");
            writer.WriteNumber("code", refused.Code);
            writer.WriteString("name", refused.Name);
            writer.WriteString("message", refused.Message);
            writer.WriteBoolean("retry", refused.Retry);
            writer.WriteEndObject();
        }).Ok;

    public static string NameOf(QueuePolicy policy) => policy == QueuePolicy.Broadcast ? Broadcast : RoundRobin;

    private static RestAnswer Ok(CommandResult result) => new(StatusCodes.Status200OK, result.Ok);
}
