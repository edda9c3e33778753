using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>What the current thread is running on behalf of activations.</summary>
internal sealed class Turn
{
    [ThreadStatic]
    private static Turn? t_ofThread;

    public static Turn OfThread => t_ofThread ??= new Turn();

    /// <summary>The activation whose turn this is; null outside of turns.</summary>
    public Activation? Activation { get; set; }

    /// <summary>The request whose method is being started, until its first await.</summary>
    public Request? Request { get; set; }

    /// <summary>The task that is handed to the scheduler to be run at once, not queued.</summary>
    public Task? Starting { get; set; }

    /// <summary>How many turns are nested in each other on this thread.</summary>
    public int Depth { get; set; }

    /// <summary>The request that a call made now is sent from, as far as that is certain.</summary>
    public Request? CurrentRequest => Request ?? Activation?.SoleRequest;
}
