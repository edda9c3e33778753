namespace OrleansChat.Chaos.Model;

/// <summary>How a session delivers: note the follower, read the log from the client's position, then by number, repairing gaps from the log.</summary>
internal sealed class Sessions(ModelFlaw flaw)
{
    public IEnumerable<(string What, World Next)> Moves(World world, int client)
    {
        ClientState state = world.Client(client);
        if (!world.Node(state.Node).Alive)
        {
            yield break;
        }

        bool readFirst = flaw == ModelFlaw.ReadBeforeFollow;
        switch (state.Phase)
        {
            case Phase.Away:
                World first = readFirst ? Read(world, client) : Follow(world, state.Node);
                yield return ($"client {client} comes", first.With(client, first.Client(client) with { Phase = Phase.Half }));
                break;
            case Phase.Half:
                World second = readFirst ? Follow(world, state.Node) : Read(world, client);
                yield return ($"client {client} is live", second.With(client, second.Client(client) with { Phase = Phase.Live }));
                break;
            case Phase.Live when state.Held != 0 && flaw != ModelFlaw.NoGapRepair:
                yield return ($"client {client} is repaired", Read(world, client));
                break;
        }
    }

    /// <summary>An entry reaches a node, by an announcement or by an answer, and with it the node's sessions.</summary>
    public World Arrive(World world, int node, int seq)
    {
        for (int client = 0; client < 2; client++)
        {
            ClientState state = world.Client(client);
            if (state.Node == node && state.Phase != Phase.Away)
            {
                world = world.With(client, Take(state with { Heard = (byte)Math.Max(state.Heard, seq) }, seq));
            }
        }

        return world;
    }

    /// <summary>All sessions of a node read what they lack.</summary>
    public World CatchUp(World world, int node)
    {
        for (int client = 0; client < 2; client++)
        {
            if (world.Client(client) is { Phase: Phase.Live } state && state.Node == node)
            {
                world = Read(world, client);
            }
        }

        return world;
    }

    private static World Follow(World world, int node)
    {
        NodeState state = world.Node(node);
        return world.With(node, state with { Follows = state.Follows || !state.Broken });
    }

    private World Read(World world, int client)
    {
        ClientState state = world.Client(client);
        int from = flaw == ModelFlaw.NoResumePosition && state.Phase != Phase.Live ? 0 : state.Last;
        for (int seq = from + 1; seq <= world.Length; seq++)
        {
            state = state.Show(seq);
        }

        state = state with { Held = 0, Heard = (byte)Math.Max(state.Heard, world.Length) };
        return world.With(client, state);
    }

    private ClientState Take(ClientState state, int seq)
    {
        if (flaw == ModelFlaw.NoNumberOrder && state.Phase == Phase.Live)
        {
            return state.WasShown(seq) ? state : state.Show(seq);
        }

        if (seq <= state.Last)
        {
            return flaw == ModelFlaw.RepeatNotDropped && state.Phase == Phase.Live ? state.Show(seq) : state;
        }

        state = state with { Held = (byte)(state.Held | (1 << seq)) };

        // Before the log was read nothing is shown: what arrives waits for it.
        while (state.Phase == Phase.Live && (state.Held & (1 << (state.Last + 1))) != 0)
        {
            int next = state.Last + 1;
            state = state.Show(next) with { Held = (byte)(state.Held & ~(1 << next)) };
        }

        return state;
    }
}
