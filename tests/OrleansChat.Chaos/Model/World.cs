namespace OrleansChat.Chaos.Model;

/// <summary>Bugs that can be put into the model, to see that the explorer finds them.</summary>
internal enum ModelFlaw
{
    None,

    /// <summary>A session that has a later entry waits for the missing one and never reads the log.</summary>
    NoGapRepair,

    /// <summary>The log is read before the node is noted as a follower.</summary>
    ReadBeforeFollow,

    /// <summary>Whatever arrives is delivered at once.</summary>
    NoNumberOrder,

    /// <summary>An entry that was delivered is delivered again when it arrives again.</summary>
    RepeatNotDropped,

    /// <summary>Storage does not look for an earlier attempt.</summary>
    NoDuplicateWindow,

    /// <summary>The node acknowledges when it has sent the append, not when storage has answered.</summary>
    AckBeforeAppend,

    /// <summary>A node whose subscription broke goes on without catching up.</summary>
    NoCatchUp,

    /// <summary>A client that comes back does not say how far it came.</summary>
    NoResumePosition,
}

/// <summary>How far a session has come.</summary>
internal enum Phase : byte
{
    /// <summary>Not connected.</summary>
    Away,

    /// <summary>Connected; the first of the two steps is done.</summary>
    Half,

    /// <summary>The node follows, and the log was read.</summary>
    Live,
}

/// <summary>A client with its session: what it was shown, and what its session holds back for want of an earlier number.</summary>
/// <param name="Node">The node that it is, or was, connected to.</param>
/// <param name="Phase">How far the session has come.</param>
/// <param name="Shown">The numbers that the client was shown, in order, two bits each, behind a leading one.</param>
/// <param name="Held">The numbers that arrived too early, one bit each.</param>
/// <param name="Heard">The highest number that arrived.</param>
internal readonly record struct ClientState(byte Node, Phase Phase, ushort Shown, byte Held, byte Heard)
{
    public static ClientState New(byte node) => new(node, Phase.Away, 1, 0, 0);

    public int Count => (31 - int.LeadingZeroCount(Shown)) / 2;

    public int Last => Shown == 1 ? 0 : Shown & 3;

    public bool WasShown(int seq)
    {
        for (int shown = Shown; shown > 1; shown >>= 2)
        {
            if ((shown & 3) == seq)
            {
                return true;
            }
        }

        return false;
    }

    public ClientState Show(int seq) => this with { Shown = (ushort)((Shown << 2) | seq) };
}

/// <summary>A node: whether it lives, follows the conversation, has a sound subscription, and what is on the way to it.</summary>
/// <param name="Alive">Whether it lives.</param>
/// <param name="Follows">Whether storage announces to it.</param>
/// <param name="Broken">Whether its subscription broke: it knows, and has to register and catch up.</param>
/// <param name="Announced">The numbers on the way to it, one bit each: they arrive in any order or not at all.</param>
/// <param name="Missed">Whether an announcement was lost in silence.</param>
internal readonly record struct NodeState(bool Alive, bool Follows, bool Broken, byte Announced, bool Missed)
{
    public static NodeState New => new(true, false, false, 0, false);
}

/// <summary>How far a message has come, in its sender's eyes and on the wire.</summary>
internal enum Progress : byte
{
    Unsent,

    /// <summary>Its append is on the way to storage.</summary>
    Asked,

    /// <summary>Storage has executed it; the answer is on the way to the node.</summary>
    Executed,

    /// <summary>No answer came. The sender sends again.</summary>
    Unknown,

    /// <summary>The sender has its acknowledgement.</summary>
    Acked,
}

/// <summary>A message.</summary>
/// <param name="Progress">How far it has come.</param>
/// <param name="Node">The node of the present attempt.</param>
/// <param name="Seq">The number that storage gave.</param>
/// <param name="Orphan">Whether an append of a dead node is still on the way to storage.</param>
internal readonly record struct MessageState(Progress Progress, byte Node, byte Seq, bool Orphan);

/// <summary>Everything at one moment. A value: equal worlds are one state of the exploration.</summary>
/// <param name="Log">The messages in the log, two bits each, behind a leading one.</param>
/// <param name="Alice">Sends messages 1 and 2, and is shown all.</param>
/// <param name="Bob">Sends message 3, and is shown all.</param>
/// <param name="North">Alice's node at first.</param>
/// <param name="South">Bob's node at first.</param>
/// <param name="One">Message 1.</param>
/// <param name="Two">Message 2.</param>
/// <param name="Three">Message 3.</param>
/// <param name="Losses">How many announcements, answers and subscriptions may still be lost.</param>
/// <param name="Crashes">How many nodes may still die.</param>
internal readonly record struct World(
    ushort Log, ClientState Alice, ClientState Bob, NodeState North, NodeState South,
    MessageState One, MessageState Two, MessageState Three, byte Losses, byte Crashes)
{
    public const int Messages = 3;

    public static World New => new(1, ClientState.New(0), ClientState.New(1), NodeState.New, NodeState.New, default, default, default, 2, 1);

    public int Length => (31 - int.LeadingZeroCount(Log)) / 2;

    /// <summary>Which message stands under a number.</summary>
    public int At(int seq) => (Log >> (2 * (Length - seq))) & 3;

    /// <summary>The number of a message; 0 when it is not in the log.</summary>
    public int Find(int message)
    {
        for (int seq = 1; seq <= Length; seq++)
        {
            if (At(seq) == message)
            {
                return seq;
            }
        }

        return 0;
    }

    public ClientState Client(int client) => client == 0 ? Alice : Bob;

    public World With(int client, ClientState state) => client == 0 ? this with { Alice = state } : this with { Bob = state };

    public NodeState Node(int node) => node == 0 ? North : South;

    public World With(int node, NodeState state) => node == 0 ? this with { North = state } : this with { South = state };

    public MessageState Message(int message) => message switch { 1 => One, 2 => Two, _ => Three };

    public World With(int message, MessageState state) => message switch
    {
        1 => this with { One = state },
        2 => this with { Two = state },
        _ => this with { Three = state },
    };

    public static int SenderOf(int message) => message == 3 ? 1 : 0;
}
