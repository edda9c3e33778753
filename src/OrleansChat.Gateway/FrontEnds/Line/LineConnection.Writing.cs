using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.FrontEnds.Line.Talks;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>One line connection. This part writes the session's queue.</summary>
internal sealed partial class LineConnection
{
    private const int WriteBatch = 32 * 1024;

    private LineReadMarks? _marks;

    private async Task WriteAsync(ChatSession session)
    {
        await using CancellationTokenRegistration closing = session.Closed.UnsafeRegister(
            static state => ((LineConnection)state!).EndSession(), this);
        try
        {
            var items = new List<OutboundItem>();
            var shown = new List<ChatEvent>();
            while (await session.Queue.WaitAsync())
            {
                session.Queue.Take(items, WriteBatch);
                foreach (OutboundItem item in items)
                {
                    Put(session, item, shown);
                }

                FlushResult flushed = await Output.FlushAsync();
                if (flushed.IsCompleted)
                {
                    session.Close(CloseReason.Gone);
                    return;
                }

                foreach (ChatEvent message in shown)
                {
                    _marks!.Note(message.Conversation, message.Seq);
                }

                items.Clear();
                shown.Clear();
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            session.Close(CloseReason.Gone);
        }
        finally
        {
            // The queue ends before the signal that the session is over; without this loop nobody would hear that signal.
            if (session.Reason is not null)
            {
                EndSession();
            }
        }
    }

    private void EndSession()
    {
        CloseReason reason = Session!.Reason ?? CloseReason.Gone;
        End(reason == CloseReason.Gone ? Bye : $"* bye {reason.Name}");
    }

    private void Put(ChatSession session, OutboundItem item, List<ChatEvent> shown)
    {
        if (item.Event is not { } chatEvent)
        {
            Put(item.Bytes.Span);
        }
        else if (chatEvent.Name == "message")
        {
            PutMessage(session, chatEvent, shown);
            Echo.Seen(chatEvent.Conversation, chatEvent.Seq);
        }
        else if (TalkSignal.TryRead(chatEvent, out TalkSignal signal))
        {
            if (signal.Starts ? Talks.Start(signal.Peer) : Talks.Stop(signal.Peer, signal.After))
            {
                Put(LineEvents.Talk(signal.Starts, signal.Peer));
            }
        }
    }

    private void PutMessage(ChatSession session, ChatEvent message, List<ChatEvent> shown)
    {
        byte[] line = LineEvents.Message(message);
        if (line.Length == 0 || !ConversationId.TryParse(message.Conversation, out ConversationId id))
        {
            return;
        }

        string? peer = id.PeerOf(session.User);
        Hearing hearing = peer is null ? Hearing.Shown : Talks.Hear(peer, message.Seq);
        if (hearing.HasFlag(Hearing.Begins))
        {
            Put(LineEvents.Talk(starts: true, peer!));
        }

        if (hearing.HasFlag(Hearing.Shown))
        {
            Put(line);
            if (MessageJson.TryReadHead(message.Message.Span, out MessageHead head) && !head.From.SequenceEqual(Encoding.ASCII.GetBytes(session.User)))
            {
                shown.Add(message);
            }
        }

        if (hearing.HasFlag(Hearing.Ends))
        {
            Put(LineEvents.Talk(starts: false, peer!));
        }
    }

    // As the client ends its own lines: telnet gets CRLF, nc gets LF.
    private void Put(ReadOnlySpan<byte> line)
    {
        Output.Write(line);
        Output.Write(_decoder.EndsWithCarriageReturn ? "\r\n"u8 : "\n"u8);
    }
}
