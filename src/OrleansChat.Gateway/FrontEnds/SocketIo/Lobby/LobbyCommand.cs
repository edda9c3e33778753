using System.Text.Json;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>How an event of a client becomes a command that every door knows.</summary>
/// <param name="Command">The command's name.</param>
/// <param name="Parameters">Writes its parameters from the event's. Wrong ones are a <see cref="BadArgumentException"/>.</param>
/// <param name="Answer">Makes the acknowledgement of what the command answered; null for <c>{ok}</c>.</param>
internal sealed record LobbyCommand(string Command, Action<Utf8JsonWriter, CommandArguments> Parameters, Func<JsonElement, string>? Answer = null);

/// <summary>The events that clients with a name may send, beside those that give them one.</summary>
internal static class LobbyCommandTable
{
    public const string Join = "group.join";

    public static IReadOnlyDictionary<string, LobbyCommand> Commands { get; } = new Dictionary<string, LobbyCommand>(StringComparer.Ordinal)
    {
        ["chat-message"] = new(
            "send",
            static (writer, given) => Message(writer, given, "conversation", LobbyGroup.Id.Value),
            static ok => $"{{\"seq\":{ok.GetProperty("seq").GetInt64()}}}"),
        ["typing"] = new("typing", static (writer, _) => writer.WriteString("conversation", LobbyGroup.Id.Value)),
        ["private-message"] = new("send", static (writer, given) => Message(writer, given, "to", given.Text("to"))),
        ["room-message"] = new("send", static (writer, given) => Message(writer, given, "conversation", $"group:{given.Group("room")}")),
        ["join-room"] = new(Join, static (writer, given) => writer.WriteString("group", given.Group("room"))),
        ["leave-room"] = new("group.leave", static (writer, given) => writer.WriteString("group", given.Group("room"))),
        ["read"] = new("read", static (writer, given) =>
        {
            writer.WriteString("conversation", given.Text("conversation"));
            writer.WriteNumber("seq", given.Seq());
        }),
    };

    /// <summary>What makes the room that somebody wants to join and that is not there yet, as rooms are made in this protocol.</summary>
    public static LobbyCommand CreateRoom { get; } = new("group.create", static (writer, given) =>
    {
        writer.WriteString("group", given.Group("room"));
        writer.WriteString("title", given.Group("room"));
        writer.WriteString("join", "open");
    });

    /// <summary>The parameters of a command as it takes them.</summary>
    public static JsonElement Parameters(LobbyCommand command, JsonElement given)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            command.Parameters(writer, new CommandArguments(given.ValueKind == JsonValueKind.Undefined ? JsonElement.Parse("{}"u8) : given));
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Message(Utf8JsonWriter writer, CommandArguments given, string where, string target)
    {
        writer.WriteString(where, target);
        writer.WriteString("text", given.Text("message"));
        if (given.OptionalText("clientId") is { } clientId)
        {
            writer.WriteString("clientId", clientId);
        }
    }
}
