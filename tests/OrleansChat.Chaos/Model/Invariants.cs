namespace OrleansChat.Chaos.Model;

/// <summary>I1 to I3 and I5 of docs/architecture.md, said of one state.</summary>
internal static class Invariants
{
    /// <summary>What is wrong in a state, whatever happens next; null when nothing is.</summary>
    public static string? Broken(World world)
    {
        for (int message = 1; message <= World.Messages; message++)
        {
            MessageState state = world.Message(message);
            if (state is { Progress: Progress.Acked, Seq: > 0 } && (state.Seq > world.Length || world.At(state.Seq) != message))
            {
                return $"I1: message {message} was acknowledged as {state.Seq} and does not stand there";
            }
        }

        for (int seq = 1; seq <= world.Length; seq++)
        {
            if (world.Find(world.At(seq)) != seq)
            {
                return $"I3: message {world.At(seq)} stands as {world.Find(world.At(seq))} and as {seq}";
            }
        }

        if (world.Find(2) != 0 && world.Find(1) > world.Find(2))
        {
            return "I2: the second send was numbered before the first";
        }

        for (int client = 0; client < 2; client++)
        {
            if (!InOrder(world.Client(client)))
            {
                return $"I2: client {client} was shown {Shown(world.Client(client))}";
            }
        }

        return null;
    }

    /// <summary>What is missing in a state in which nothing is left to do; null when nothing is.</summary>
    public static string? Unfinished(World world)
    {
        for (int message = 1; message <= World.Messages; message++)
        {
            if (world.Message(message).Progress != Progress.Acked)
            {
                return $"message {message} was never acknowledged";
            }

            if (world.Find(message) == 0)
            {
                return $"I1: message {message} was acknowledged and is nowhere";
            }
        }

        for (int client = 0; client < 2; client++)
        {
            ClientState state = world.Client(client);

            // A last announcement that is lost in silence is noticed with the next entry only.
            int owed = world.Node(state.Node).Missed ? state.Heard : world.Length;
            if (state.Phase != Phase.Live || state.Count < owed)
            {
                return $"I5: client {client} was shown {Shown(state)} of {owed}";
            }
        }

        return null;
    }

    private static bool InOrder(ClientState state)
    {
        for (int i = 1; i <= state.Count; i++)
        {
            if (((state.Shown >> (2 * (state.Count - i))) & 3) != i)
            {
                return false;
            }
        }

        return true;
    }

    private static string Shown(ClientState state) =>
        $"[{string.Join(", ", Enumerable.Range(1, state.Count).Select(i => (state.Shown >> (2 * (state.Count - i))) & 3))}]";
}
