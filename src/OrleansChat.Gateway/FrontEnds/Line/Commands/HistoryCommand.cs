using System.Globalization;
using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.Line;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>HISTORY: what was said last, in a talk or a group. What is listed counts as read.</summary>
internal sealed class HistoryCommand(ChatCommands commands, IUserDirectory directory, GatewayOptions options)
{
    private const int DefaultCount = 20;

    /// <summary>Pages with nothing but system entries are passed over, but not without end.</summary>
    private const int MostPages = 10;

    public async Task<string?> RunAsync(LineConnection connection, LineArguments arguments)
    {
        ChatSession session = connection.Session!;
        int count = DefaultCount;
        if (arguments.Words is [_, var number]
            && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0))
        {
            return "ERR usage: HISTORY <name or group> [n]";
        }

        count = Math.Min(count, options.Limits.PageSize);
        string name = arguments.Words[0];

        // People and groups may have the same names: a talk with messages comes first.
        bool person = Names.TryUser(name, out string? user) && user != session.User;
        Found found = person ? await ReadAsync(session, ConversationId.Direct(session.User, user!), count) : default;
        if (found.Lines is null or { Count: 0 } && Names.TryGroup(name, out string? group))
        {
            Found inGroup = await ReadAsync(session, ConversationId.Group(group), count);
            bool unknown = inGroup.Error?.Code == ChatError.NoSuchConversation.Code;
            if (!unknown)
            {
                found = inGroup;
            }
            else if (!person || await directory.FindAsync(user!) is null)
            {
                return "ERR no such user or group";
            }
        }

        if (found.Lines is null)
        {
            return found.Error is { } error ? LineErrors.Spell(error) : "ERR no such user or group";
        }

        foreach (string line in found.Lines)
        {
            await connection.SayAsync(line);
        }

        return FormattableString.Invariant($"OK HISTORY {found.Lines.Count}");
    }

    private async Task<Found> ReadAsync(ChatSession session, ConversationId conversation, int count)
    {
        var lines = new List<string>();
        long? before = null;
        long newest = 0;
        for (int pages = 0; pages < MostPages && lines.Count < count; pages++)
        {
            CommandJson request = new CommandJson().Add("conversation", conversation.Value).Add("limit", count - lines.Count);
            CommandResult page = await commands.ExecuteAsync(
                session.Caller, "history", (before is { } end ? request.Add("before", end) : request).Build());
            if (page.Error is { } error)
            {
                return new Found(null, error);
            }

            JsonElement json = JsonElement.Parse(page.Ok.Span);
            lines.InsertRange(0, json.GetProperty("messages").EnumerateArray().Select(Line).OfType<string>());
            newest = Math.Max(newest, json.GetProperty("to").GetInt64());
            before = json.GetProperty("from").GetInt64();
            if (!json.GetProperty("more").GetBoolean())
            {
                break;
            }
        }

        if (lines.Count > 0)
        {
            await commands.ExecuteAsync(
                session.Caller, "read", new CommandJson().Add("conversation", conversation.Value).Add("seq", newest).Build());
        }

        return new Found(lines, null);
    }

    private static string? Line(JsonElement message) =>
        LineEvents.TextOf(message) is { } text
            ? FormattableString.Invariant($"{message.GetProperty("seq").GetInt64()} {message.GetProperty("from").GetString()} {text}")
            : null;

    private readonly record struct Found(List<string>? Lines, ChatError? Error);
}
