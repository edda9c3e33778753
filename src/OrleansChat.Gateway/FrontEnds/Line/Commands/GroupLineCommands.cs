using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Protocols.Line;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>Groups: JOIN, PART, SAY.</summary>
internal sealed class GroupLineCommands(ChatCommands commands, LineSender sender)
{
    public async Task<string?> JoinAsync(LineConnection connection, LineArguments arguments)
    {
        if (!Names.TryGroup(arguments.Words[0], out string? group))
        {
            return LineErrors.Spell(ChatError.NoSuchConversation);
        }

        CommandResult joined = await RunAsync(connection, "group.join", group);
        return joined.Error is { } error ? LineErrors.Spell(error)
            : JsonElement.Parse(joined.Ok.Span).TryGetProperty("pending", out _) ? $"OK JOIN {group} pending"
            : $"OK JOIN {group}";
    }

    public async Task<string?> PartAsync(LineConnection connection, LineArguments arguments)
    {
        if (!Names.TryGroup(arguments.Words[0], out string? group))
        {
            return LineErrors.Spell(ChatError.NoSuchConversation);
        }

        CommandResult left = await RunAsync(connection, "group.leave", group);
        return left.Error is { } error ? LineErrors.Spell(error) : $"OK PART {group}";
    }

    public async Task<string?> SayAsync(LineConnection connection, LineArguments arguments) =>
        Names.TryGroup(arguments.Words[0], out string? group)
            ? await sender.SendAsync(connection, ConversationId.Group(group), arguments.Text!, "SAY")
            : LineErrors.Spell(ChatError.NoSuchConversation);

    private Task<CommandResult> RunAsync(LineConnection connection, string command, string group) =>
        commands.ExecuteAsync(connection.Session!.Caller, command, new CommandJson().Add("group", group).Build());
}
