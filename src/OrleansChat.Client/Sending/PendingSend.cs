namespace OrleansChat.Client;

/// <summary>A message that is not acknowledged yet.</summary>
internal sealed class PendingSend(long order, OutgoingMessage message)
{
    /// <summary>Its place among all sends of this client.</summary>
    public long Order { get; } = order;

    public OutgoingMessage Message { get; private set; } = message;

    /// <summary>When it last went out, by the client's clock.</summary>
    public long SentAt { get; set; }

    public bool WasSent { get; private set; }

    /// <summary>How often the server asked to try again.</summary>
    public int Failures { get; set; }

    public TaskCompletionSource<SendAck> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What goes on the wire now. From the second time on it says what was known the first time.</summary>
    public OutgoingMessage Next(long lastSeen)
    {
        if (WasSent)
        {
            return Message;
        }

        WasSent = true;
        var first = Message;
        Message = first with { After = first.After ?? lastSeen };
        return first;
    }
}
