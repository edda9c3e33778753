using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansChat.Client;

/// <summary>Reads lists: pages, bare arrays, and objects that hold one array under some name.</summary>
internal static class Lists
{
    public static ChatPage<T> Page<T>(this NativeReply reply, JsonTypeInfo<T> item)
    {
        var ok = reply.Ok();
        var items = ok.ValueKind == JsonValueKind.Array ? ok : ArrayIn(ok);
        return new ChatPage<T>(
            items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray().Select(one => Read(one, item))] : [],
            Next(ok));
    }

    private static T Read<T>(JsonElement one, JsonTypeInfo<T> item)
        => typeof(T) == typeof(ChatUser) && one.ValueKind == JsonValueKind.String
            ? (T)(object)new ChatUser { Name = one.GetString()! }
            : one.Deserialize(item)!;

    private static JsonElement ArrayIn(JsonElement ok)
        => ok.TryGetProperty("items", out var items)
            ? items
            : ok.EnumerateObject().Select(property => property.Value).FirstOrDefault(value => value.ValueKind == JsonValueKind.Array);

    private static string? Next(JsonElement ok)
        => ok.ValueKind == JsonValueKind.Object && ok.TryGetProperty("next", out var next) && next.ValueKind != JsonValueKind.Null
            ? next.ToString() is { Length: > 0 } text ? text : null
            : null;
}
