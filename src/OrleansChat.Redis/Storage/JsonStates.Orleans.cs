using System.Text.Json;
using Orleans.Storage;

namespace OrleansChat.Redis.Storage;

/// <summary>Grain states as JSON, without the type names and references that Orleans' own serializer writes into it.</summary>
internal sealed class JsonStates(JsonSerializerOptions options) : IGrainStorageSerializer
{
    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, options));

    /// <inheritdoc />
    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, options);
}
