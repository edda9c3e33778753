using OrleansChat.Conversations;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.FrontEnds.Native;

/// <summary>Sends to one conversation that were received together.</summary>
internal sealed class NativeSends(string? id, OutgoingMessage first)
{
    /// <summary>The ids of the commands in their JSON form; null where no reply is wanted.</summary>
    public List<string?> Ids { get; } = [id];

    /// <summary>The messages, in the same order.</summary>
    public List<OutgoingMessage> Messages { get; } = [first];

    /// <summary>Adds one. False when it goes to another conversation, or these fill a batch already.</summary>
    public bool TryAdd(string? id, OutgoingMessage message)
    {
        if (Messages.Count >= AppendBatch.MaxSends || message.Conversation != Messages[0].Conversation)
        {
            return false;
        }

        Ids.Add(id);
        Messages.Add(message);
        return true;
    }
}
