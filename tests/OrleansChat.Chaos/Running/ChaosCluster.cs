using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Faults;
using OrleansChat.Chaos.Mutants;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Running;

/// <summary>A Redis and some nodes on it, perhaps with a proxy between that plants a bug.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    public const string Password = "a long password";
    private readonly ScriptProxy? _scripts;

    private ChaosCluster(ChaosStorage storage, ScriptProxy? scripts, IReadOnlyList<ChaosNode> nodes)
    {
        Storage = storage;
        _scripts = scripts;
        Nodes = nodes;
    }

    public ChaosStorage Storage { get; }

    /// <summary>The redis-server that the nodes use now.</summary>
    public RedisFixture Redis => Storage.Primary;

    public IReadOnlyList<ChaosNode> Nodes { get; }

    /// <summary>The actors on the native door, for faults that hit clients.</summary>
    public List<NativeActor> Natives { get; } = [];

    /// <summary>How often a planted bug did something.</summary>
    public long Planted => (_scripts?.Planted ?? 0) + Nodes.Sum(node => node.Planted);

    public static async Task<ChaosCluster> StartAsync(RunOptions options)
    {
        Needs needs = options.Faults.Select(FaultTable.Get).Aggregate(options.WaitReplicas > 0 ? Needs.Replica : Needs.Nothing, (all, fault) => all | fault.Needs);
        Mutant? mutant = options.Mutant is { } name ? MutantTable.Get(name) : null;
        if (mutant?.Misplaced(ServerScripts.All) is { Count: > 0 } misplaced)
        {
            throw new InvalidOperationException($"{mutant.Name} cannot be planted: not exactly one place in the scripts has {string.Join(" or ", misplaced)}");
        }

        ChaosStorage storage = await ChaosStorage.StartAsync(
            options, needs.HasFlag(Needs.Replica), needs.HasFlag(Needs.Disk) ? SmallDisk.TryMount().Disk : null);
        ScriptProxy? scripts = mutant is { Edits.Count: > 0 } ? new ScriptProxy(storage.Primary.Port, mutant) : null;
        List<ChaosNode> nodes = [];
        ChaosCluster cluster = new(storage, scripts, nodes);
        try
        {
            for (int i = 1; i <= options.Nodes; i++)
            {
                NodeSetup setup = new()
                {
                    WaitReplicas = options.WaitReplicas,
                    Clock = needs.HasFlag(Needs.Clock),
                    Mutant = mutant?.Replace is null ? null : mutant.Name,
                    Network = needs.HasFlag(Needs.Network) ? await NodeNetwork.CreateAsync(i) : null,
                    DirectStorage = options.DirectStorage,
                    Options = options.ServerOptions,
                };
                nodes.Add(new ChaosNode($"node{i}", scripts?.Port ?? storage.Primary.Port, setup));
            }

            await Task.WhenAll(nodes.Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes another redis-server for all nodes.</summary>
    public void MoveTo(int redis)
    {
        foreach (ChaosNode node in Nodes)
        {
            node.Storage.Target = redis;
            node.Storage.Cut();
        }
    }

    /// <summary>Registers somebody and returns the token.</summary>
    public async Task<string> RegisterAsync(string name)
    {
        using HttpClient http = new() { BaseAddress = Nodes[0].Url };
        return (await new ChatRest(http).CreateUserAsync(name, Password).WithinAsync(what: $"the account of {name}")).Token;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        if (_scripts is not null)
        {
            await _scripts.DisposeAsync();
        }

        await Storage.DisposeAsync();
    }
}
