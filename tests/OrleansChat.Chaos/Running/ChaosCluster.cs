using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Mutants;
using OrleansChat.Client;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Running;

/// <summary>A Redis and some nodes on it, perhaps with a proxy between that plants a bug.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    public const string Password = "a long password";
    private readonly ScriptProxy? _scripts;

    private ChaosCluster(RedisFixture redis, ScriptProxy? scripts, IReadOnlyList<ChaosNode> nodes)
    {
        Redis = redis;
        _scripts = scripts;
        Nodes = nodes;
    }

    public RedisFixture Redis { get; }

    public IReadOnlyList<ChaosNode> Nodes { get; }

    /// <summary>The actors on the native door, for faults that hit clients.</summary>
    public List<NativeActor> Natives { get; } = [];

    /// <summary>How often a planted bug's script was put in the place of the real one.</summary>
    public int Planted => _scripts?.Planted ?? 0;

    public static async Task<ChaosCluster> StartAsync(RunOptions options)
    {
        RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions
        {
            Settings = [$"appendfsync {options.AppendFsync}", "enable-debug-command yes", "save \"\""],
        });
        ScriptProxy? scripts = options.Mutant is { } mutant ? new ScriptProxy(redis.Port, MutantTable.Get(mutant)) : null;
        int port = scripts?.Port ?? redis.Port;
        ChaosCluster cluster = new(redis, scripts, [.. Enumerable.Range(1, options.Nodes).Select(i => new ChaosNode($"node{i}", port))]);
        try
        {
            await Task.WhenAll(cluster.Nodes.Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
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

        await Redis.DisposeAsync();
    }
}
