using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.Native;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>One native connection. This part runs commands.</summary>
internal sealed partial class NativeConnection
{
    /// <summary>Starts every command of a frame, in order, before any is waited for.</summary>
    private async Task DispatchAsync(ChatSession session, ReadOnlyMemory<byte> frame)
    {
        while (!frame.IsEmpty)
        {
            ReadOnlyMemory<byte> text = NativeLine.NextLine(ref frame);
            if (NativeLine.IsBlank(text.Span))
            {
                continue;
            }

            if (!session.Commands.TryTake())
            {
                Refuse(session, NativeLine.TryRead(text, out NativeLine? refused, out string? id) ? refused.Id : id, ChatError.RateLimited);
                refused?.Dispose();
                continue;
            }

            // The line outlives the receive buffer: its command may still run when the next frame is read.
            if (!NativeLine.TryRead(text.ToArray(), out NativeLine? line, out string? badId))
            {
                Refuse(session, badId, ChatError.BadRequest.Because("This is not a command: a JSON object with do."), always: true);
                continue;
            }

            if (line.Command == "send")
            {
                StartSend(session, line);
            }
            else
            {
                await _running.WaitAsync(session.Closed);
                _ = RunAsync(session, line);
            }
        }
    }

    private void StartSend(ChatSession session, NativeLine line)
    {
        if (!session.TryBeginSend())
        {
            Refuse(session, line.Id, ChatError.RateLimited.Because("Too many sends wait for their acknowledgement."));
            line.Dispose();
            return;
        }

        _ = SendAsync(session, line);
    }

    private async Task SendAsync(ChatSession session, NativeLine line)
    {
        try
        {
            Reply(session, line, await door.Commands.ExecuteAsync(session.Caller, line.Command, line.Parameters));
        }
        finally
        {
            session.EndSend();
            line.Dispose();
        }
    }

    private async Task RunAsync(ChatSession session, NativeLine line)
    {
        try
        {
            CommandResult result = line.Command == "auth"
                ? ChatError.BadRequest.Because("This session is signed in already.")
                : await door.Commands.ExecuteAsync(session.Caller, line.Command, line.Parameters);
            Reply(session, line, result);
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

    private static void Reply(ChatSession session, NativeLine line, CommandResult result)
    {
        if (result.Error is { } error)
        {
            Refuse(session, line.Id, error);
        }
        else if (line.Id is { } id)
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
