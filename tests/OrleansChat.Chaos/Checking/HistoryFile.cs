using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansChat.Chaos.Checking;

/// <summary>A run on disk: <c>history.jsonl</c> and <c>log.jsonl</c>, one JSON object a line.</summary>
internal static class HistoryFile
{
    private const string HistoryName = "history.jsonl";
    private const string LogName = "log.jsonl";

    public static string Line(HistoryRecord record) => JsonSerializer.Serialize(record, HistoryJson.Default.HistoryRecord);

    public static async Task WriteAsync(string directory, History history, FinalLog log)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllLinesAsync(Path.Combine(directory, HistoryName), history.Records.Select(Line));
        await File.WriteAllLinesAsync(
            Path.Combine(directory, LogName), log.All.SelectMany(one => one.Entries).Select(entry => JsonSerializer.Serialize(entry, HistoryJson.Default.LogEntry)));
    }

    public static (History History, FinalLog Log) Read(string directory) => (
        new History(File.ReadLines(Path.Combine(directory, HistoryName)).Select(line => JsonSerializer.Deserialize(line, HistoryJson.Default.HistoryRecord)!)),
        FinalLog.Of(File.ReadLines(Path.Combine(directory, LogName)).Select(line => JsonSerializer.Deserialize(line, HistoryJson.Default.LogEntry)!)));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HistoryRecord))]
[JsonSerializable(typeof(LogEntry))]
internal sealed partial class HistoryJson : JsonSerializerContext;
