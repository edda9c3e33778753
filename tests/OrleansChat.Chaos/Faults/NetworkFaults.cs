using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Faults;

/// <summary>What is done to the network of a node that runs in a namespace of its own.</summary>
internal static class NetworkFaults
{
    public static Task OutAsync(ChaosCluster cluster, Random random) => LoseAsync(cluster, random, (network, on) => network.LoseOutgoingAsync(on));

    public static Task InAsync(ChaosCluster cluster, Random random) => LoseAsync(cluster, random, (network, on) => network.LoseIncomingAsync(on));

    public static async Task BurstsAsync(ChaosCluster cluster, Random random)
    {
        NodeNetwork network = Pick(cluster, random);
        for (int left = random.Next(500, 5000); left > 0;)
        {
            bool outgoing = random.Next(2) == 0;
            int lost = random.Next(20, 250);
            int carried = random.Next(20, 250);
            Sure(await (outgoing ? network.LoseOutgoingAsync(true) : network.LoseIncomingAsync(true)));
            await Pace.ForAsync(lost);
            Sure(await (outgoing ? network.LoseOutgoingAsync(false) : network.LoseIncomingAsync(false)));
            await Pace.ForAsync(carried);
            left -= lost + carried;
        }
    }

    public static async Task LossAsync(ChaosCluster cluster, Random random)
    {
        NodeNetwork network = Pick(cluster, random);
        Sure(await network.DisturbAsync("loss", "10%", "delay", "40ms", "30ms", "reorder", "20%"));
        await Pace.ForAsync(FaultTable.Between(random, 500, 5000));
        await network.CalmAsync();
    }

    private static async Task LoseAsync(ChaosCluster cluster, Random random, Func<NodeNetwork, bool, Task<string?>> lose)
    {
        NodeNetwork network = Pick(cluster, random);
        Sure(await lose(network, true));
        await Pace.ForAsync(FaultTable.Between(random, 200, 6000));
        Sure(await lose(network, false));
    }

    private static NodeNetwork Pick(ChaosCluster cluster, Random random) => FaultTable.Pick(cluster.Nodes, random).Network!;

    private static void Sure(string? problem)
    {
        if (problem is not null)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
