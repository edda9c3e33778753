using System.Text.Json;

namespace OrleansChat.Protocols.SocketIo;

/// <summary>Checks that a payload is JSON of the shape that its packet's kind demands.</summary>
internal static class SocketIoPayload
{
    // Events of these names are raised by the client itself; a server that sent them on would fake its state.
    private static readonly string[] Reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

    public static bool IsValid(SocketIoPacketType type, ReadOnlySpan<byte> json, int attachments, int depth)
    {
        if (json.IsEmpty)
        {
            return type is SocketIoPacketType.Connect or SocketIoPacketType.Disconnect;
        }

        if (type == SocketIoPacketType.Disconnect)
        {
            return false;
        }

        try
        {
            return HasShape(type, json, attachments, depth);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasShape(SocketIoPacketType type, ReadOnlySpan<byte> json, int attachments, int depth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depth });
        reader.Read();
        bool begins = type switch
        {
            SocketIoPacketType.Connect => reader.TokenType == JsonTokenType.StartObject,
            SocketIoPacketType.ConnectError => reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String,
            SocketIoPacketType.Ack or SocketIoPacketType.BinaryAck => reader.TokenType == JsonTokenType.StartArray,
            _ => reader.TokenType == JsonTokenType.StartArray && reader.Read() && IsEventName(ref reader),
        };
        if (!begins || attachments > 0)
        {
            return begins && HasPlaceholders(json, attachments, depth);
        }

        while (reader.Read())
        {
            // Of the rest only the form counts.
        }

        return true;
    }

    private static bool IsEventName(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => true,
        JsonTokenType.String => !IsReserved(ref reader),
        _ => false,
    };

    private static bool IsReserved(ref Utf8JsonReader reader)
    {
        foreach (string name in Reserved)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        // Half a surrogate pair is no text: reading it throws.
        return reader.ValueIsEscaped && reader.GetString() is null;
    }

    // Every placeholder must name an attachment that is announced, whatever else stands in it. Also reads the JSON to its end.
    private static bool HasPlaceholders(ReadOnlySpan<byte> json, int attachments, int depth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depth });
        var around = new Stack<Placeholder>();
        Placeholder here = default;
        var awaited = Member.Other;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                awaited = reader.ValueTextEquals("_placeholder"u8) ? Member.Mark : reader.ValueTextEquals("num"u8) ? Member.Number : Member.Other;
                continue;
            }

            here = awaited switch
            {
                Member.Mark => here with { IsOne = reader.TokenType == JsonTokenType.True },
                Member.Number => here with { Number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int given) ? given : null },
                _ => here,
            };
            awaited = Member.Other;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                around.Push(here);
                here = default;
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                if (here.IsOne && !(here.Number >= 0 && here.Number < attachments))
                {
                    return false;
                }

                here = around.Pop();
            }
        }

        return true;
    }

    private enum Member
    {
        Other,
        Mark,
        Number,
    }

    private readonly record struct Placeholder(bool IsOne, int? Number);
}
