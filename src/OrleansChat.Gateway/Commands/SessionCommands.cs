using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Presence;

namespace OrleansChat.Gateway.Commands;

/// <summary>The session itself: catching up, the own devices, signs of life.</summary>
internal sealed class SessionCommands
{
    private readonly IPresence _presence;
    private readonly TokenService _tokens;

    public SessionCommands(IPresence presence, TokenService tokens)
    {
        _presence = presence;
        _tokens = tokens;
        Table = new Dictionary<string, CommandHandler>
        {
            ["sync"] = SyncAsync,
            ["sessions"] = SessionsAsync,
            ["session.end"] = EndAsync,
            ["ping"] = static (_, _) => Task.FromResult(CommandResult.Done),
        };
    }

    public IReadOnlyDictionary<string, CommandHandler> Table { get; }

    private static async Task<CommandResult> SyncAsync(Caller caller, CommandArguments arguments)
    {
        if (caller.Session is not { } session)
        {
            return ChatError.BadRequest.Because("sync needs a live connection.");
        }

        int limit = arguments.Limit(int.MaxValue, int.MaxValue);
        Result<SyncReply> reply = await session.Conversations.SyncAsync(Positions(arguments));
        return reply.IsOk
            ? CommandResult.Of((reply.Value, caller.User, limit), static (writer, state) =>
            {
                SummaryOrder.Write(writer, SummaryOrder.NewestFirst(state.Value.Conversations).Take(state.limit), state.User);
                writer.WriteStartObject("recovered");
                foreach ((string conversation, bool recovered) in state.Value.Recovered)
                {
                    writer.WriteBoolean(conversation, recovered);
                }

                writer.WriteEndObject();
            })
            : reply.Error;
    }

    private static Dictionary<string, KnownPosition> Positions(CommandArguments arguments)
    {
        var positions = new Dictionary<string, KnownPosition>(StringComparer.Ordinal);
        if (!arguments.Json.TryGetProperty("positions", out JsonElement given) || given.ValueKind == JsonValueKind.Null)
        {
            return positions;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw new BadArgumentException("positions must be an object.");
        }

        foreach (JsonProperty position in given.EnumerateObject())
        {
            ConversationId id = CommandArguments.Conversation(position.Name);
            var place = new CommandArguments(position.Value);
            positions[id.Value] = new KnownPosition(place.Text("epoch"), place.Number("seq") ?? throw new BadArgumentException("seq is missing."));
        }

        return positions;
    }

    private async Task<CommandResult> SessionsAsync(Caller caller, CommandArguments arguments)
    {
        IReadOnlyList<SessionInfo> sessions = await _presence.SessionsAsync(caller.User);
        return CommandResult.Page(
            new Page<SessionInfo>(sessions, null), (writer, session) => WireJson.SessionObject(writer, session, caller.Session?.Id));
    }

    private async Task<CommandResult> EndAsync(Caller caller, CommandArguments arguments)
    {
        string which = arguments.Flag("all", false) ? "all" : arguments.Text("session");
        if (which == "all")
        {
            await _tokens.RevokeAllAsync(caller.User, caller.Token.Id);
            return CommandResult.Done;
        }

        SessionInfo? found = (await _presence.SessionsAsync(caller.User)).FirstOrDefault(session => session.Session == which);
        if (found is null)
        {
            return ChatError.BadRequest.Because("There is no such session.");
        }

        await _tokens.RevokeAsync(caller.Token with { Id = found.TokenId });
        return CommandResult.Done;
    }
}
