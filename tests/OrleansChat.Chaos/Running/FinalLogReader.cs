using System.Text.Json;
using OrleansChat.Chaos.Checking;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Chaos.Running;

/// <summary>Reads logs as storage holds them, past all code that is being tested.</summary>
internal static class FinalLogReader
{
    private const int Page = 2000;

    public static async Task<FinalLog> ReadAsync(RedisFixture redis, IEnumerable<string> conversations)
    {
        using ConnectionMultiplexer connection = await redis.ConnectAsync();
        List<ConversationLog> logs = [];
        foreach (string conversation in conversations)
        {
            logs.Add(await ReadAsync(connection.GetDatabase(), conversation));
        }

        return new FinalLog(logs);
    }

    /// <summary>The last number given.</summary>
    public static async Task<long> LastAsync(IDatabase database, string conversation) =>
        (long?)await database.HashGetAsync($"{{c:{conversation}}}:meta", "last") ?? 0;

    private static async Task<ConversationLog> ReadAsync(IDatabase database, string conversation)
    {
        string prefix = $"{{c:{conversation}}}";
        string epoch = (string?)await database.HashGetAsync($"{prefix}:meta", "epoch") ?? "";
        List<LogEntry> entries = [];
        string from = "-";
        while (true)
        {
            RedisResult[] page = (RedisResult[])(await database.ExecuteAsync("XRANGE", $"{prefix}:log", from, "+", "COUNT", Page))!;
            foreach (RedisResult entry in page)
            {
                RedisResult[] parts = (RedisResult[])entry!;
                from = $"({(string)parts[0]!}";
                entries.Add(Parse(conversation, epoch, (string)((RedisResult[])parts[1]!)[1]!));
            }

            if (page.Length < Page)
            {
                break;
            }
        }

        // What was deleted is a tombstone beside the log.
        foreach (HashEntry patch in await database.HashGetAllAsync($"{prefix}:patch"))
        {
            if (((string)patch.Name!).EndsWith('d'))
            {
                entries.Add(Parse(conversation, epoch, (string)patch.Value!));
            }
        }

        return new ConversationLog(conversation, epoch, [.. entries.OrderBy(entry => entry.Seq)]);
    }

    private static LogEntry Parse(string conversation, string epoch, string json)
    {
        JsonElement message = JsonElement.Parse(json);
        string kind = message.GetProperty("kind").GetString()!;
        (string? change, string[]? people) = kind == "system" ? People(message.GetProperty("data")) : (null, null);
        return new LogEntry(
            conversation, epoch, message.GetProperty("seq").GetInt64(), message.GetProperty("from").GetString()!, kind,
            message.TryGetProperty("clientId", out JsonElement id) ? id.GetString() : null,
            kind == "text" && message.TryGetProperty("text", out JsonElement text) ? text.GetString() : null,
            message.TryGetProperty("deleted", out _), change, people,
            kind == "edit" ? message.GetProperty("data").GetProperty("target").GetInt64() : 0,
            kind == "edit" && message.TryGetProperty("text", out JsonElement edited) ? edited.GetString() : null);
    }

    private static (string? Change, string[]? People) People(JsonElement data)
    {
        string change = data.GetProperty("type").GetString()!;
        return data.TryGetProperty("members", out JsonElement members) ? (change, [.. members.EnumerateArray().Select(member => member.GetString()!)])
            : data.TryGetProperty("user", out JsonElement user) ? (change, [user.GetString()!])
            : (change, []);
    }
}
