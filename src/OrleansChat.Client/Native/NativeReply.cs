using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansChat.Client;

/// <summary>The answer to one command.</summary>
public sealed class NativeReply
{
    private readonly NativeClose? _lost;

    private NativeReply(ReadOnlyMemory<byte> body, ChatError? error, NativeClose? lost)
    {
        Body = body;
        Error = error;
        _lost = lost;
    }

    /// <summary>Whether the command succeeded.</summary>
    public bool IsOk => Error is null;

    /// <summary>The error; null on success.</summary>
    public ChatError? Error { get; }

    /// <summary>The value of <c>ok</c> or of <c>error</c>, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether the connection ended before an answer came.</summary>
    internal bool IsLost => _lost is not null;

    /// <summary>The value of <c>ok</c>.</summary>
    /// <exception cref="ChatException">The command failed.</exception>
    public JsonElement Ok()
    {
        ThrowIfError();
        return JsonElement.Parse(Body.Span);
    }

    /// <summary>The value of <c>ok</c> as a known type.</summary>
    /// <exception cref="ChatException">The command failed.</exception>
    public T Ok<T>(JsonTypeInfo<T> type)
    {
        ThrowIfError();
        return JsonSerializer.Deserialize(Body.Span, type)!;
    }

    internal void ThrowIfError()
    {
        if (Error is not null)
        {
            throw ToException();
        }
    }

    internal ChatException ToException() => _lost is null ? new ChatException(Error!) : new ChatClosedException(_lost);

    internal static NativeReply From(NativeObject reply) => new(
        reply.Body,
        reply.IsError ? JsonSerializer.Deserialize(reply.Body.Span, ChatJson.Default.ChatError) : null,
        lost: null);

    internal static NativeReply Lost(NativeClose close)
        => new(default, new ChatError(ChatError.Unavailable, "unavailable", "The connection ended.", Retry: true), close);
}
