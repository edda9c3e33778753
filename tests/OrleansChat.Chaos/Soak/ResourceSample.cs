using System.Globalization;
using OrleansChat.Chaos.Network;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Soak;

/// <summary>What the nodes and Redis hold at one moment.</summary>
/// <param name="MegaBytes">Resident memory of the largest node.</param>
/// <param name="Handles">Open handles of the node that has most.</param>
/// <param name="Threads">Threads of the node that has most.</param>
/// <param name="Keys">Keys in Redis by kind.</param>
/// <param name="Clients">Connections to Redis.</param>
/// <param name="Channels">Channels that somebody subscribes to.</param>
internal sealed record ResourceSample(double MegaBytes, double Handles, double Threads, KeyCensus Keys, double Clients, double Channels)
{
    /// <summary>Looks; null while Redis or a node cannot be asked.</summary>
    public static async Task<ResourceSample?> TakeAsync(ChaosCluster cluster)
    {
        try
        {
            int port = cluster.Redis.Port;
            KeyCensus keys = await KeyCensus.TakeAsync(port);
            string clients = await RedisAdmin.AskAsync(port, "INFO", "clients");
            string channels = await RedisAdmin.AskAsync(port, "INFO", "stats");
            return new ResourceSample(
                cluster.Nodes.Max(MegaBytesOf), cluster.Nodes.Max(HandlesOf), cluster.Nodes.Max(node => Field(Status(node), "Threads:")), keys,
                Field(clients, "connected_clients:"), Field(channels, "pubsub_channels:"));
        }
        catch (Exception away) when (away is IOException or System.Net.Sockets.SocketException or TimeoutException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Resident memory of a node.</summary>
    public static double MegaBytesOf(ChaosNode node) => Field(Status(node), "VmRSS:") / 1024;

    private static int HandlesOf(ChaosNode node) => Directory.GetFileSystemEntries($"/proc/{node.Process.Pid}/fd").Length;

    private static string Status(ChaosNode node) => File.ReadAllText($"/proc/{node.Process.Pid}/status");

    private static double Field(string text, string name)
    {
        string line = text.Split('\n').FirstOrDefault(one => one.StartsWith(name, StringComparison.Ordinal)) ?? "0";
        return double.Parse(new string([.. line.Where(char.IsAsciiDigit)]) is { Length: > 0 } digits ? digits : "0", CultureInfo.InvariantCulture);
    }
}
