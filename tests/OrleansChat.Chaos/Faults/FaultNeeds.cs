using OrleansChat.Chaos.Nodes;
using OrleansChat.Chaos.Running;

namespace OrleansChat.Chaos.Faults;

/// <summary>Whether this machine permits what a fault needs.</summary>
internal static class FaultNeeds
{
    private static readonly Lazy<Task<string?>> Namespaces = new(NodeNetwork.MissingAsync);
    private static readonly Lazy<Task<string?>> Netem = new(MissingNetemAsync);
    private static readonly Lazy<string?> Disk = new(MissingDisk);

    /// <summary>Why it cannot be had here; null where it can.</summary>
    public static async Task<string?> MissingAsync(Needs needs) =>
        (needs.HasFlag(Needs.Network) ? await Namespaces.Value : null)
        ?? (needs.HasFlag(Needs.Netem) ? await Netem.Value : null)
        ?? (needs.HasFlag(Needs.Disk) ? Disk.Value : null);

    private static async Task<string?> MissingNetemAsync()
    {
        await using NodeNetwork probe = await NodeNetwork.CreateAsync(254);
        return await probe.HasNetemAsync() ? null : "this kernel cannot lose and delay packets by itself (no netem)";
    }

    private static string? MissingDisk()
    {
        (SmallDisk? disk, string? missing) = SmallDisk.TryMount();
        disk?.Dispose();
        return missing;
    }
}
