using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansChat.Protocols.SignalR;

/// <summary>
/// An invocation of one method with one object as its argument, of the hub protocol's JSON form:
/// <c>{"type":1,"invocationId":"7","target":"Send","arguments":[{...}]}</c>, in whatever order. Everything else of that protocol is for whoever
/// speaks all of it. The document is rented: dispose it when the invocation was read.
/// </summary>
public sealed class HubInvocation : IDisposable
{
    /// <summary>Ends every message of the protocol.</summary>
    public const byte Separator = 0x1E;

    /// <summary>How deep the argument may be nested.</summary>
    public const int MaxDepth = 32;

    /// <summary>The longest id, in bytes of its JSON form.</summary>
    public const int MaxIdLength = 66;

    private const int InvocationType = 1;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth };

    private readonly JsonDocument _argument;

    private HubInvocation(JsonDocument argument, byte[]? id)
    {
        _argument = argument;
        Id = id;
    }

    /// <summary>The id in its JSON form, ready to be repeated in the answer; null when the client wants no answer.</summary>
    public byte[]? Id { get; }

    /// <summary>The argument: a JSON object.</summary>
    public JsonElement Argument => _argument.RootElement;

    /// <summary>Splits the first message off. False when none is there as a whole; the messages then stay as they are.</summary>
    /// <param name="messages">What was received.</param>
    /// <param name="message">The message without its end. It may point into what was received.</param>
    public static bool TryNext(ref ReadOnlySequence<byte> messages, out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (messages.PositionOf(Separator) is not { } end)
        {
            return false;
        }

        ReadOnlySequence<byte> first = messages.Slice(0, end);
        message = first.IsSingleSegment ? first.First : first.ToArray();
        messages = messages.Slice(messages.GetPosition(1, end));
        return true;
    }

    /// <summary>Reads a message. False when it is anything but an invocation of that method with one object.</summary>
    /// <param name="message">A message without its end. It must stay unchanged until the result is disposed.</param>
    /// <param name="method">The method's name, UTF-8.</param>
    /// <param name="invocation">The invocation.</param>
    public static bool TryRead(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> method, [NotNullWhen(true)] out HubInvocation? invocation)
    {
        invocation = null;
        try
        {
            if (!TryFind(message.Span, method, out Range? id, out Range argument) || !Utf8.IsValid(message.Span))
            {
                return false;
            }

            ReadOnlyMemory<byte> given = id is { } found ? message[found] : default;
            if (given.Length > MaxIdLength)
            {
                return false;
            }

            // An empty id is none.
            invocation = new HubInvocation(JsonDocument.Parse(message[argument], Reading), given.Length > "\"\"".Length ? given.ToArray() : null);
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _argument.Dispose();

    private static bool TryFind(ReadOnlySpan<byte> message, ReadOnlySpan<byte> method, out Range? id, out Range argument)
    {
        id = null;
        argument = default;
        bool typed = false;
        bool targeted = false;
        bool argued = false;
        var reader = new Utf8JsonReader(message);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool fits;
            if (!argued && reader.ValueTextEquals("arguments"u8))
            {
                fits = argued = TryFindArgument(ref reader, out argument);
            }
            else if (id is null && reader.ValueTextEquals("invocationId"u8))
            {
                // Reading an escaped one throws when it is no text.
                fits = reader.Read() && reader.TokenType == JsonTokenType.String && (!reader.ValueIsEscaped || reader.GetString() is not null);
                id = (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
            }
            else if (!targeted && reader.ValueTextEquals("target"u8))
            {
                fits = targeted = reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(method);
            }
            else
            {
                fits = typed = !typed && reader.ValueTextEquals("type"u8) && reader.Read() && reader.TokenType == JsonTokenType.Number
                    && reader.TryGetInt32(out int type) && type == InvocationType;
            }

            if (!fits)
            {
                return false;
            }
        }

        return typed && targeted && argued && !reader.Read();
    }

    private static bool TryFindArgument(ref Utf8JsonReader reader, out Range argument)
    {
        argument = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        argument = start..(int)reader.BytesConsumed;
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray;
    }
}
