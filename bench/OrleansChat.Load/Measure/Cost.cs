namespace OrleansChat.Load;

/// <summary>What a process used.</summary>
/// <param name="CpuSeconds">CPU time.</param>
/// <param name="Cores">CPU time per second.</param>
/// <param name="PerAcked">Microseconds of CPU per message stored.</param>
/// <param name="PerDelivered">Microseconds of CPU per delivery.</param>
internal sealed record Cost(double CpuSeconds, double Cores, double PerAcked, double PerDelivered)
{
    public static Cost Of(double cpu, double seconds, long acked, long delivered) => new(
        Math.Round(cpu, 3), Math.Round(cpu / seconds, 3), Per(cpu, acked), Per(cpu, delivered));

    private static double Per(double cpu, long count) => count == 0 ? 0 : Math.Round(cpu * 1e6 / count, 2);
}

/// <summary>What idle connections cost.</summary>
/// <param name="Connections">How many there were.</param>
/// <param name="ConnectSeconds">How long it took to make the users and connect them.</param>
/// <param name="ConnectsPerSecond">The same as a rate.</param>
/// <param name="RssPerConnection">Growth of the servers' resident memory, in bytes per connection.</param>
/// <param name="CpuPerConnect">Microseconds of CPU, of the server and of Redis, per connection while they came.</param>
/// <param name="GeneratorPerConnect">The generator's own share of it, on top: what is left of the machine is the server's.</param>
internal sealed record IdleResult(
    int Connections, double ConnectSeconds, double ConnectsPerSecond, double RssPerConnection, double CpuPerConnect, double GeneratorPerConnect);
