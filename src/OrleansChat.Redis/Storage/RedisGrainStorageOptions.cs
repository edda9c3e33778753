using System.Text.Json;

namespace OrleansChat.Redis.Storage;

/// <summary>How grain states are kept. The defaults agree with those of Orleans' own Redis storage.</summary>
internal sealed class RedisGrainStorageOptions
{
    /// <summary>Whether clearing a state removes its key; else an empty state with a new etag stays.</summary>
    public bool DeleteStateOnClear { get; set; }

    /// <summary>How states become JSON.</summary>
    public JsonSerializerOptions Json { get; set; } = new();
}
