using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;

namespace OrleansChat.Gateway.Commands;

/// <summary>
/// Sends that one client sent together: those to one conversation go to its grain with one call, in their order, and are answered together,
/// each by itself. Belongs to the reader of one connection, which starts what was gathered before it waits for anything.
/// </summary>
/// <typeparam name="TId">What a door needs to answer a send.</typeparam>
/// <param name="commands">Carries them out.</param>
/// <param name="session">Whose sends they are.</param>
/// <param name="ended">So many sends are over; called before they are answered, since whoever has an answer may send the next.</param>
/// <param name="answer">Answers one. Must not wait for anything.</param>
internal sealed class SendGatherer<TId>(ChatCommands commands, ChatSession session, Action<int> ended, Action<TId, CommandResult> answer)
{
    private Batch? _batch;

    /// <summary>Reads a send and adds it, or answers at once why not: wrong parameters, or too many that wait for their acknowledgement.</summary>
    public void Take(TId id, JsonElement parameters)
    {
        if (!session.TryBeginSend())
        {
            answer(id, ChatSession.TooManySends);
            return;
        }

        Result<OutgoingMessage> message = commands.ReadSend(session.Caller, parameters);
        if (message.IsOk)
        {
            Add(id, message.Value);
            return;
        }

        session.EndSend();
        answer(id, message.Error);
    }

    /// <summary>Adds a send; those before it are started when it goes to another conversation or they are many.</summary>
    public void Add(TId id, OutgoingMessage message)
    {
        if (_batch is { } batch && (batch.Messages.Count >= AppendBatch.MaxSends || batch.Messages[0].Conversation != message.Conversation))
        {
            Start();
        }

        _batch ??= new Batch([], []);
        _batch.Ids.Add(id);
        _batch.Messages.Add(message);
    }

    /// <summary>Starts what was gathered.</summary>
    public void Start()
    {
        if (_batch is { } batch)
        {
            _batch = null;
            _ = SendAsync(batch);
        }
    }

    private async Task SendAsync(Batch batch)
    {
        IReadOnlyList<CommandResult> results;
        try
        {
            results = await commands.SendAsync(session.Caller, batch.Messages);
        }
        finally
        {
            ended(batch.Messages.Count);
        }

        using ReaderWakes.Gathering gathering = ReaderWakes.Gather();
        for (int i = 0; i < results.Count; i++)
        {
            answer(batch.Ids[i], results[i]);
        }
    }

    private sealed record Batch(List<TId> Ids, List<OutgoingMessage> Messages);
}
