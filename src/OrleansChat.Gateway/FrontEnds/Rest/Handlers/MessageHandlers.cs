using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.Rest.Handlers;

/// <summary>The two endpoints on messages that say more than their command does.</summary>
internal static class MessageHandlers
{
    private const string ClientId = "clientId";

    /// <summary>Sends; the client id may come in the header that HTTP has for it.</summary>
    public static async Task<RestAnswer> SendAsync(RestRequest request)
    {
        CommandJson arguments = request.Arguments();
        string? inBody = request.Body.OptionalText(ClientId);
        string? inHeader = Unquoted(request.Header(RestParameter.IdempotencyKey.Name));
        if (inBody is not null && inHeader is not null && inBody != inHeader)
        {
            throw new BadArgumentException($"{ClientId} and {RestParameter.IdempotencyKey.Name} differ.");
        }

        if (inBody is null && inHeader is not null)
        {
            arguments.Add(ClientId, inHeader);
        }

        return request.Answer(await request.ExecuteAsync("send", arguments.Build()));
    }

    /// <summary>One message, read as a page of history that can hold only it.</summary>
    public static async Task<RestAnswer> ReadAsync(RestRequest request)
    {
        long seq = request.RouteNumber("seq");
        if (seq is 0 or >= ChatSession.EndOfLog)
        {
            return ChatError.NoSuchMessage;
        }

        JsonElement arguments = new CommandJson()
            .Add("conversation", request.RouteText("conversation")).Add("before", seq + 1).Add("limit", 1).Build();
        CommandResult result = await request.ExecuteAsync("history", arguments);
        if (result.Error is { } error)
        {
            return error;
        }

        foreach (JsonElement message in JsonElement.Parse(result.Ok.Span).GetProperty("messages").EnumerateArray())
        {
            if (message.GetProperty("seq").GetInt64() == seq)
            {
                return new RestAnswer(StatusCodes.Status200OK, JsonMarshal.GetRawUtf8Value(message).ToArray());
            }
        }

        return ChatError.NoSuchMessage;
    }

    // The header's draft standard writes the key as a quoted string; many clients leave the quotes out.
    private static string? Unquoted(string? key) => key is ['"', .. var inner, '"'] ? inner : key;
}
