using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.Native;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>One native connection. This part runs commands.</summary>
internal sealed partial class NativeConnection
{
    private SendGatherer<string?>? _sends;

    /// <summary>Starts every command that was received together, in order, before any is waited for.</summary>
    private async Task DispatchAsync(ChatSession session, ReadOnlyMemory<byte> lines)
    {
        SendGatherer<string?> sends = _sends ??= new SendGatherer<string?>(door.Commands, session, session.EndSends, (id, result) => Answer(session, id, result));
        while (!lines.IsEmpty)
        {
            ReadOnlyMemory<byte> text = NativeLine.NextLine(ref lines);
            if (NativeLine.IsBlank(text.Span))
            {
                continue;
            }

            bool isCommand = NativeLine.TryRead(text, out NativeLine? line, out string? id);
            if (!session.Commands.TryTake())
            {
                Refuse(session, id, ChatError.RateLimited);
                line?.Dispose();
            }
            else if (!isCommand)
            {
                Refuse(session, id, ChatError.BadRequest.Because("This is not a command: a JSON object with do."), always: true);
            }
            else if (line!.Command == ChatCommands.Send)
            {
                using (line)
                {
                    sends.Take(line.Id, line.Parameters);
                }
            }
            else
            {
                sends.Start();
                line.Dispose();
                await _running.WaitAsync(session.Closed);

                // The line outlives the receive buffer: its command may still run when the next one is read.
                NativeLine.TryRead(text.ToArray(), out line, out _);
                _ = RunAsync(session, line!);
            }
        }

        sends.Start();
    }

    private async Task RunAsync(ChatSession session, NativeLine line)
    {
        try
        {
            CommandResult result = line.Command == "auth"
                ? ChatError.BadRequest.Because("This session is signed in already.")
                : await door.Commands.ExecuteAsync(session.Caller, line.Command, line.Parameters);
            Reply(session, line.Id, result);
            if (line.Command == "sync")
            {
                session.Conversations.ReplySent();
            }
        }
        finally
        {
            _running.Release();
            line.Dispose();
        }
    }

    /// <summary>Waits for the commands that still run; each ends within its deadline.</summary>
    private async Task FinishAsync()
    {
        for (int i = 0; i < MaxRunning; i++)
        {
            await _running.WaitAsync();
        }
    }

    private static void Reply(ChatSession session, string? id, CommandResult result)
    {
        using ReaderWakes.Gathering gathering = ReaderWakes.Gather();
        Answer(session, id, result);
    }

    private static void Answer(ChatSession session, string? id, CommandResult result)
    {
        if (result.Error is { } error)
        {
            Refuse(session, id, error);
        }
        else if (id is not null)
        {
            session.Queue.AddReply(NativeReplies.Ok(id, result.Ok.Span));
        }
    }

    // Without an id the client wants no reply, except when it cannot know that it should have had one.
    private static void Refuse(ChatSession session, string? id, ChatError error, bool always = false)
    {
        if (id is not null || always)
        {
            session.Queue.AddReply(NativeReplies.Error(id, error.Code, error.Name, error.Message, error.Retry));
        }
    }
}
