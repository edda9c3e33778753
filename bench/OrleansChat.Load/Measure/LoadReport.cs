using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansChat.Load;

/// <summary>The result of a run. Times of a process are CPU seconds; costs are microseconds of CPU.</summary>
internal sealed record LoadReport
{
    public required string Load { get; init; }

    /// <summary>What is counted as acknowledged: messages, pages, ...</summary>
    public string Unit { get; init; } = "message";

    public required int Nodes { get; init; }

    /// <summary>From the start of the measurement to the last delivery.</summary>
    public required double Seconds { get; init; }

    public long Acked { get; init; }

    public double AckedPerSecond { get; init; }

    public long Delivered { get; init; }

    public double DeliveredPerSecond { get; init; }

    /// <summary>Milliseconds from sending, or from the scheduled time, to the acknowledgement.</summary>
    public Latency? Ack { get; init; }

    /// <summary>Milliseconds from sending, or from the scheduled time, to each delivery.</summary>
    public Latency? EndToEnd { get; init; }

    /// <summary>The same for what else was under way.</summary>
    public IReadOnlyDictionary<string, Latency>? Others { get; init; }

    public Cost? Server { get; init; }

    public Cost? Redis { get; init; }

    public required Cost Generator { get; init; }

    public IdleResult? Idle { get; init; }

    public long ServerRssBytes { get; init; }

    /// <summary>Bytes that servers on .NET allocated for each that was acknowledged; null where they do not say.</summary>
    public double? AllocatedPerAcked { get; init; }

    public long ViolationCount { get; init; }

    public IReadOnlyList<string> Violations { get; init; } = [];

    /// <summary>What two readings and the counts between them say.</summary>
    public static LoadReport Of(LoadOptions options, string load, Usage begin, Usage end, long acked, long delivered)
    {
        var seconds = begin.Seconds(end);
        return new LoadReport
        {
            Load = load,
            Nodes = options.Urls.Length,
            Seconds = Math.Round(seconds, 3),
            Acked = acked,
            AckedPerSecond = Math.Round(acked / seconds, 1),
            Delivered = delivered,
            DeliveredPerSecond = Math.Round(delivered / seconds, 1),
            Server = options.ServerPids.Length == 0 ? null : Cost.Of(end.Server - begin.Server, seconds, acked, delivered),
            Redis = options.RedisPids.Length == 0 ? null : Cost.Of(end.Redis - begin.Redis, seconds, acked, delivered),
            Generator = Cost.Of(end.Generator - begin.Generator, seconds, acked, delivered),
            AllocatedPerAcked = acked > 0 && end.Allocated - begin.Allocated is { } bytes ? Math.Round(bytes / acked) : null,
            ServerRssBytes = end.ServerRss,
        };
    }

    public async Task WriteAsync(TextWriter output, FileInfo? json)
    {
        await output.WriteAsync(LoadReportText.Write(this));
        if (json is not null)
        {
            await File.WriteAllBytesAsync(json.FullName, JsonSerializer.SerializeToUtf8Bytes(this, LoadReportJson.Default.LoadReport));
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadReportJson : JsonSerializerContext;
