using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>
/// Sends for people who cannot resend themselves: an answer that did not come is asked for again under the same client id, so that
/// nothing is doubled.
/// </summary>
internal sealed class LineSender(ChatCommands commands, TimeProvider time)
{
    private const int Attempts = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the answer waits for the own message to be shown before it.</summary>
    private static readonly TimeSpan EchoPatience = TimeSpan.FromSeconds(1);

    /// <summary>The answer <c>OK verb seq</c>, or a refusal.</summary>
    public async Task<string> SendAsync(LineConnection connection, ConversationId conversation, string text, string verb)
    {
        ChatSession session = connection.Session!;
        JsonElement message = new CommandJson()
            .Add("conversation", conversation.Value)
            .Add("clientId", Ids.NewUnguessable())
            .Add("text", text)
            .Build();
        connection.Echo.Expect(conversation.Value);
        CommandResult sent = await SendAsync(session, message);
        if (sent.Error is { } error)
        {
            return LineErrors.Spell(error);
        }

        long seq = JsonElement.Parse(sent.Ok.Span).GetProperty("seq").GetInt64();
        await AwaitEchoAsync(connection, session, seq);
        return FormattableString.Invariant($"OK {verb} {seq}");
    }

    private async Task<CommandResult> SendAsync(ChatSession session, JsonElement message)
    {
        session.TryBeginSend();
        try
        {
            TimeSpan pause = FirstPause;
            for (int attempt = 1; ; attempt++, pause *= 2)
            {
                CommandResult sent = await commands.ExecuteAsync(session.Caller, "send", message);
                if (sent.Error?.Code != ChatError.Unavailable.Code || attempt == Attempts || session.Closed.IsCancellationRequested)
                {
                    return sent;
                }

                await Task.Delay(pause, time, CancellationToken.None);
            }
        }
        finally
        {
            session.EndSend();
        }
    }

    private async Task AwaitEchoAsync(LineConnection connection, ChatSession session, long seq)
    {
        try
        {
            await connection.Echo.ReachedAsync(seq).WaitAsync(EchoPatience, time, session.Closed);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // Acknowledged is what counts; the own message comes when it comes, or is in the history.
        }
    }
}
