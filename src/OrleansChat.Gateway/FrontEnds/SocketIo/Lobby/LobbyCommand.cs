using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>How an event of a client becomes a command that every door knows.</summary>
/// <param name="Command">The command's name.</param>
/// <param name="Parameters">Writes its parameters from the event's. Wrong ones are a <see cref="BadArgumentException"/>.</param>
internal sealed record LobbyCommand(string Command, Action<Utf8JsonWriter, CommandArguments> Parameters);

/// <summary>How an event of a client becomes a message.</summary>
/// <param name="Read">Reads it from the event's parameters. Wrong ones are a <see cref="BadArgumentException"/>.</param>
/// <param name="IsNumbered">Whether the acknowledgement is only the message's number.</param>
internal sealed record LobbySend(MessageReader Read, bool IsNumbered = false);

/// <summary>The events that clients with a name may send, beside those that give them one.</summary>
internal static class LobbyCommandTable
{
    public const string Join = "group.join";

    private static readonly JsonElement Nothing = JsonElement.Parse("{}"u8);

    public static IReadOnlyDictionary<string, LobbyCommand> Commands { get; } = new Dictionary<string, LobbyCommand>(StringComparer.Ordinal)
    {
        ["typing"] = new("typing", static (writer, _) => writer.WriteString("conversation", LobbyGroup.Id.Value)),
        ["join-room"] = new(Join, static (writer, given) => writer.WriteString("group", given.Group("room"))),
        ["leave-room"] = new("group.leave", static (writer, given) => writer.WriteString("group", given.Group("room"))),
        ["read"] = new("read", static (writer, given) =>
        {
            writer.WriteString("conversation", given.Text("conversation"));
            writer.WriteNumber("seq", given.Seq());
        }),
    };

    /// <summary>The events that are messages.</summary>
    public static IReadOnlyDictionary<string, LobbySend> Sends { get; } = new Dictionary<string, LobbySend>(StringComparer.Ordinal)
    {
        ["chat-message"] = new(static (_, given) => Message(LobbyGroup.Id, given), IsNumbered: true),
        ["private-message"] = new(static (caller, given) => Message(MessageCommands.Direct(caller, given.User("to")), given)),
        ["room-message"] = new(static (_, given) => Message(ConversationId.Group(given.Group("room")), given)),
    };

    /// <summary>What makes the room that somebody wants to join and that is not there yet, as rooms are made in this protocol.</summary>
    public static LobbyCommand CreateRoom { get; } = new("group.create", static (writer, given) =>
    {
        writer.WriteString("group", given.Group("room"));
        writer.WriteString("title", given.Group("room"));
        writer.WriteString("join", "open");
    });

    /// <summary>What was given with an event; an empty object when nothing was.</summary>
    public static JsonElement Given(SocketIoEvent received) =>
        received.Argument(0) is { ValueKind: not JsonValueKind.Undefined } given ? given : Nothing;

    /// <summary>The parameters of a command as it takes them.</summary>
    public static JsonElement Parameters(LobbyCommand command, JsonElement given)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            command.Parameters(writer, new CommandArguments(given));
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static PlainMessage Message(ConversationId conversation, CommandArguments given) =>
        new(conversation, given.OptionalText("clientId"), given.Text("message"));
}
