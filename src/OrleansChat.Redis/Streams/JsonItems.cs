using System.Text.Json;

namespace OrleansChat.Redis.Streams;

/// <summary>How items of streams in general are written: camel case, read without regard to case.</summary>
internal static class JsonItems
{
    public static JsonSerializerOptions Options => JsonSerializerOptions.Web;
}
