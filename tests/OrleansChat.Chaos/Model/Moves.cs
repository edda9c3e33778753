namespace OrleansChat.Chaos.Model;

/// <summary>Everything that can happen next, each as one atomic step: what Redis executes, what arrives, what is lost, what dies.</summary>
internal sealed class Moves(ModelFlaw flaw)
{
    private readonly Sessions _sessions = new(flaw);

    /// <summary>The states that may follow, with what happened. Losses and crashes are optional; the rest goes on until nothing is left to do.</summary>
    public IEnumerable<(string What, World Next)> From(World world)
    {
        for (int message = 1; message <= World.Messages; message++)
        {
            foreach ((string, World) move in Sending(world, message))
            {
                yield return move;
            }
        }

        for (int client = 0; client < 2; client++)
        {
            foreach ((string, World) move in _sessions.Moves(world, client))
            {
                yield return move;
            }
        }

        for (int node = 0; node < 2; node++)
        {
            foreach ((string, World) move in Node(world, node))
            {
                yield return move;
            }
        }
    }

    private IEnumerable<(string What, World Next)> Sending(World world, int message)
    {
        MessageState state = world.Message(message);
        ClientState sender = world.Client(World.SenderOf(message));
        bool connected = sender.Phase != Phase.Away && world.Node(sender.Node).Alive;
        switch (state.Progress)
        {
            // A session's sends are numbered in their order: the second waits for the first.
            case Progress.Unsent when connected && (message != 2 || world.One.Progress == Progress.Acked):
            case Progress.Unknown when connected:
                Progress asked = flaw == ModelFlaw.AckBeforeAppend ? Progress.Acked : Progress.Asked;
                yield return ($"send {message}", world.With(message, state with { Progress = asked, Node = sender.Node, Orphan = state.Orphan || flaw == ModelFlaw.AckBeforeAppend }));
                break;
            case Progress.Asked:
                yield return ($"append {message}", Append(world, message, state.Node, state with { Progress = Progress.Executed }));
                break;
            case Progress.Executed:
                World heard = _sessions.Arrive(world, state.Node, state.Seq);
                yield return ($"ack {message}", heard.With(message, state with { Progress = Progress.Acked }));
                if (world.Losses > 0)
                {
                    // The origin may not hear of the entry at all: it was not announced to.
                    World lost = world.With(message, state with { Progress = Progress.Unknown }) with { Losses = (byte)(world.Losses - 1) };
                    yield return ($"answer of {message} is lost", lost);
                }

                break;
        }

        if (state.Orphan)
        {
            yield return ($"late append {message}", Append(world, message, origin: -1, state with { Orphan = false }));
            if (flaw == ModelFlaw.AckBeforeAppend && world.Losses > 0)
            {
                yield return ($"append of {message} is lost", world.With(message, state with { Orphan = false }) with { Losses = (byte)(world.Losses - 1) });
            }
        }
    }

    /// <summary>The script: repeat? else number, store, announce to each node that follows except the origin.</summary>
    private World Append(World world, int message, int origin, MessageState after)
    {
        int seq = flaw == ModelFlaw.NoDuplicateWindow ? 0 : world.Find(message);
        if (seq == 0)
        {
            world = world with { Log = (ushort)((world.Log << 2) | message) };
            seq = world.Length;
            for (int node = 0; node < 2; node++)
            {
                NodeState follower = world.Node(node);
                if (follower is { Follows: true, Alive: true } && node != origin)
                {
                    world = world.With(node, follower with { Announced = (byte)(follower.Announced | (1 << seq)) });
                }
            }
        }

        return world.With(message, after.Progress == Progress.Executed ? after with { Seq = (byte)seq } : after);
    }

    private IEnumerable<(string What, World Next)> Node(World world, int node)
    {
        NodeState state = world.Node(node);
        if (!state.Alive)
        {
            yield break;
        }

        for (int seq = 1; seq <= world.Length; seq++)
        {
            int bit = 1 << seq;
            if ((state.Announced & bit) == 0)
            {
                continue;
            }

            NodeState without = state with { Announced = (byte)(state.Announced & ~bit) };
            yield return ($"{seq} arrives at {node}", _sessions.Arrive(world.With(node, without), node, seq));
            if (world.Losses > 0)
            {
                byte losses = (byte)(world.Losses - 1);
                yield return ($"{seq} to {node} is lost", world.With(node, without with { Missed = true }) with { Losses = losses });
                yield return ($"subscription of {node} breaks", world.With(node, state with { Announced = 0, Broken = true, Follows = false }) with { Losses = losses });
            }
        }

        if (state.Broken)
        {
            World again = world.With(node, state with { Broken = false, Follows = true, Missed = flaw == ModelFlaw.NoCatchUp && state.Missed });
            yield return ($"{node} follows again", flaw == ModelFlaw.NoCatchUp ? again : _sessions.CatchUp(again, node));
        }

        if (world.Crashes > 0)
        {
            yield return ($"{node} dies", Crash(world, node));
        }
    }

    private static World Crash(World world, int node)
    {
        world = world.With(node, new NodeState(false, false, false, 0, false)) with { Crashes = (byte)(world.Crashes - 1) };
        for (int client = 0; client < 2; client++)
        {
            if (world.Client(client) is var one && one.Node == node)
            {
                world = world.With(client, one with { Node = (byte)(1 - node), Phase = Phase.Away, Held = 0 });
            }
        }

        for (int message = 1; message <= World.Messages; message++)
        {
            MessageState state = world.Message(message);
            if (state.Node == node && state.Progress is (Progress.Asked or Progress.Executed))
            {
                // What it had sent to storage may still be executed; nobody hears the answer.
                bool late = state.Orphan || state.Progress == Progress.Asked;
                world = world.With(message, state with { Progress = Progress.Unknown, Orphan = late, Seq = 0 });
            }
        }

        return world;
    }
}
