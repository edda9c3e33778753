using System.Buffers;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Protocols.SignalR;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The sends of one connection that came together: taken before the hub sees them, answered through the session's queue.</summary>
internal sealed class HubSends
{
    private readonly ChatSession _session;
    private readonly SendGatherer<byte[]?> _gathered;

    public HubSends(ChatCommands commands, ChatSession session)
    {
        _session = session;
        _gathered = new SendGatherer<byte[]?>(commands, session, session.EndSends, Answer);
    }

    /// <summary>Takes all sends up to the first message that is something else. False when there is none.</summary>
    public bool TryTake(ref ReadOnlySequence<byte> input)
    {
        // The hub's own way waits for a client that does not read its answers.
        if (_session.Reason is not null || !_session.Queue.IsRoomy)
        {
            return false;
        }

        bool any = false;
        ReadOnlySequence<byte> rest = input;
        while (HubInvocation.TryNext(ref rest, out ReadOnlyMemory<byte> message) && HubInvocation.TryRead(message, "Send"u8, out HubInvocation? send))
        {
            using (send)
            {
                Take(send);
            }

            input = rest;
            any = true;
        }

        _gathered.Start();
        return any;
    }

    private void Take(HubInvocation send)
    {
        if (!_session.Commands.TryTake())
        {
            Refuse(send.Id, ChatError.RateLimited);
            return;
        }

        _gathered.Take(send.Id, send.Argument);
    }

    private void Answer(byte[]? id, CommandResult result)
    {
        if (result.Error is { } error)
        {
            Refuse(id, error);
        }
        else if (id is not null)
        {
            _session.Queue.AddReply(HubCompletions.Result(id, result.Ok.Span));
        }
    }

    // In the framework's words for a HubException.
    private void Refuse(byte[]? id, ChatError error)
    {
        if (id is not null)
        {
            _session.Queue.AddReply(HubCompletions.Error(
                id, $"An unexpected error occurred invoking 'Send' on the server. HubException: {HubAnswer.Words(error)}"));
        }
    }
}
