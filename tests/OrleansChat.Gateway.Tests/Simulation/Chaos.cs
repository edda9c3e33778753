using OrleansChat.Gateway.Delivery;
using OrleansChat.Gateway.Sessions;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>What goes on around the clients of a node: others write, announcements get lost, doubled and late, connections break.</summary>
internal sealed class Chaos(Node node, IReadOnlyList<SimulatedClient> clients, ChaosOptions options)
{
    private readonly List<Task> _underway = [];

    private Random Random => node.Scheduler.Random;

    /// <summary>Announcements that did not arrive.</summary>
    public int Lost { get; private set; }

    public async Task RunAsync()
    {
        for (int step = 0; step < options.Steps; step++)
        {
            MemoryConversation log = node.Log[options.Conversations[Random.Next(options.Conversations.Count)]];
            string id = log.Id;
            int dice = Random.Next(1000);
            if (dice < options.Leaves)
            {
                clients[Random.Next(clients.Count)].Leave();
            }
            else if (dice < options.Leaves + options.Kicks)
            {
                ChangeMembership(log, id, clients[Random.Next(clients.Count)]);
            }
            else if (dice < options.Leaves + options.Kicks + options.RollBacks && log.Last > 20)
            {
                log.RollBack(Random.Next(1, 10));
                Track(LateAsync(node.Streams.Interrupt, 40));
            }
            else
            {
                Write(log, id);
            }

            await node.Scheduler.HesitateAsync(6);
        }

        await Task.WhenAll(_underway);
    }

    private void Write(MemoryConversation log, string id)
    {
        long from = log.Last + 1;
        for (int i = Random.Next(1, 6); i > 0; i--)
        {
            log.Say("owner", $"{id}-{log.Last + 1}");
        }

        // Either a send of this node, delivered from its answer, or one of another node, announced.
        if (Random.Next(3) == 0)
        {
            OfferAnswer(log, id, from);
        }
        else
        {
            Announce(log, id, from, log.Last);
        }
    }

    private void OfferAnswer(MemoryConversation log, string id, long from)
    {
        string epoch = log.Epoch;
        for (long seq = from; seq <= log.Last; seq++)
        {
            (long number, byte[] message) = (seq, log[seq]);
            bool answered = Random.Next(100) >= options.Losses;
            Track(LateAsync(
                () =>
                {
                    if (!node.Feeds.TryGet(id, out ConversationFeed? feed))
                    {
                        return;
                    }

                    if (answered)
                    {
                        feed.Offer(epoch, number, message);
                    }
                    else
                    {
                        feed.Suspect();
                    }
                },
                30));
        }
    }

    private void Announce(MemoryConversation log, string id, long from, long to)
    {
        Announcement announcement = Node.Entries(log, from, to);
        if (Random.Next(100) < options.Losses)
        {
            // Only a broken subscription loses anything, and it is told of when it is back.
            Lost++;
            Track(LateAsync(node.Streams.Interrupt, 80));
            return;
        }

        for (int copies = Random.Next(100) < options.Repeats ? 3 : 1; copies > 0; copies--)
        {
            Track(LateAsync(() => node.Streams.Deliver(id, announcement), options.Delay));
        }
    }

    // As a group's grain does it: the list first when somebody comes, membership first when somebody goes.
    private void ChangeMembership(MemoryConversation log, string id, SimulatedClient client)
    {
        Assert.True(ConversationId.TryParse(id, out ConversationId conversation));
        HashSet<string> list = node.Lists[client.User];
        if (log.Members.ContainsKey(client.User))
        {
            (long seq, _) = log.Kick(client.User);
            Announce(log, id, seq, seq);
            list.Remove(id);
            ForSessions(client, session => session.Conversations.Unfollow(conversation));
        }
        else
        {
            list.Add(id);
            ForSessions(client, session => session.Conversations.Follow(conversation));
            (long seq, _) = log.Admit(client.User);
            Announce(log, id, seq, seq);
        }
    }

    private void ForSessions(SimulatedClient client, Action<ChatSession> tell) =>
        Track(LateAsync(
            () =>
            {
                if (client.Session is { } session)
                {
                    tell(session);
                }
            },
            20));

    private async Task LateAsync(Action arrive, int delay)
    {
        await node.Scheduler.HesitateAsync(delay);
        arrive();
    }

    private void Track(Task task) => _underway.Add(task);
}

/// <summary>How wild it is, in thousandths of the steps and hundredths of the announcements.</summary>
internal sealed record ChaosOptions(IReadOnlyList<string> Conversations)
{
    public int Steps { get; init; } = 150;

    public int Leaves { get; init; } = 30;

    public int Kicks { get; init; }

    public int RollBacks { get; init; }

    public int Losses { get; init; } = 10;

    public int Repeats { get; init; } = 15;

    public int Delay { get; init; } = 25;
}
