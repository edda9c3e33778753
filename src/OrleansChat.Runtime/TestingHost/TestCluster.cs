using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using OrleansChat.Runtime.Activations;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.TestingHost;

namespace Orleans.TestingHost;

/// <summary>Several silos within the test's process. They share nothing but what their configurators register; each activates its own grains.</summary>
#pragma warning disable CA1063, CA1816, CA1822 // As for the silo handles; and what needs no instance here does elsewhere.
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<InProcessSiloHandle> _silos = [];
    private readonly FirstLivingSilo _router;
    private IHost? _clientHost;
    private int _started;

    /// <summary>Makes a cluster; it is not started yet.</summary>
    internal TestCluster(TestClusterOptions options, IReadOnlyList<IConfigurationSource> configurationSources)
    {
        Options = options;
        ConfigurationSources = configurationSources;
        _router = new FirstLivingSilo(this);
    }

    /// <summary>What the cluster is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>The configuration of all hosts.</summary>
    public IReadOnlyList<IConfigurationSource> ConfigurationSources { get; }

    /// <summary>The silo that was started first; null once it has been stopped.</summary>
    public SiloHandle? Primary => Silos.FirstOrDefault(silo => silo.InstanceNumber == 0);

    /// <summary>All silos but the first.</summary>
    public IReadOnlyList<SiloHandle> SecondarySilos => [.. Silos.Where(silo => silo.InstanceNumber != 0)];

    /// <summary>All silos that run.</summary>
    public ReadOnlyCollection<SiloHandle> Silos
    {
        get
        {
            lock (_lock)
            {
                return new ReadOnlyCollection<SiloHandle>([.. _silos]);
            }
        }
    }

    /// <summary>A client; its calls go to the first silo that runs.</summary>
    public IClusterClient Client => _clientHost?.Services.GetRequiredService<IClusterClient>()
        ?? throw new InvalidOperationException("The cluster has no client: it was not deployed, or has been stopped.");

    /// <summary>Makes references for the client.</summary>
    public IGrainFactory GrainFactory => Client;

    /// <summary>The services of the client.</summary>
    public IServiceProvider ServiceProvider => Client.ServiceProvider;

    /// <summary>The services of a silo; without an address, of any.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null)
    {
        var handle = Silos.FirstOrDefault(candidate => silo is null || candidate.SiloAddress.Equals(silo));
        return handle is InProcessSiloHandle found ? found.ServiceProvider : throw new ArgumentException($"There is no silo {silo}.", nameof(silo));
    }

    /// <summary>Starts the silos and the client.</summary>
    public async Task DeployAsync()
    {
        if (Silos.Count > 0)
        {
            throw new InvalidOperationException("The cluster is already deployed.");
        }

        try
        {
            for (var i = 0; i < Options.InitialSilosCount; i++)
            {
                await StartAdditionalSiloAsync();
            }

            if (Options.InitializeClientOnDeploy)
            {
                await InitializeClientAsync();
            }
        }
        catch
        {
            await StopAllSilosAsync();
            throw;
        }
    }

    /// <inheritdoc cref="DeployAsync"/>
    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    /// <summary>Makes the client anew.</summary>
    public async Task InitializeClientAsync()
    {
        await StopClusterClientAsync();
        _clientHost = await ClusterHosts.StartClientAsync(_router, Options, Configuration([]));
    }

    /// <summary>Starts one more silo.</summary>
    public Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) => StartAsync((short)(Interlocked.Increment(ref _started) - 1));

    /// <summary>Starts more silos.</summary>
    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        var started = new List<SiloHandle>();
        for (var i = 0; i < silosToStart; i++)
        {
            started.Add(await StartAdditionalSiloAsync(startAdditionalSiloOnNewPort));
        }

        return started;
    }

    /// <summary>Stops a silo in good order: its activations end with their hooks run.</summary>
    public Task StopSiloAsync(SiloHandle instance) => EndAsync(instance, stopGracefully: true);

    /// <summary>Ends a silo as if its process had died: no hook runs, and its callers get an exception.</summary>
    public Task KillSiloAsync(SiloHandle instance) => EndAsync(instance, stopGracefully: false);

    /// <summary>Stops a silo and starts another in its place.</summary>
    public async Task<SiloHandle?> RestartSiloAsync(SiloHandle instance)
    {
        if (instance is null)
        {
            return null;
        }

        await StopSiloAsync(instance);
        return await StartAsync(instance.InstanceNumber);
    }

    /// <summary>The silos that run.</summary>
    public IEnumerable<SiloHandle> GetActiveSilos() => Silos.Where(silo => silo.IsActive);

    /// <summary>Returns when every silo knows which ones run: at once, since here they need not know each other.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    /// <summary>Finds the activation of a grain on any silo.</summary>
    public bool TryGetGrainContext(GrainId grainId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IGrainContext? grainContext)
    {
        grainContext = Silos.OfType<InProcessSiloHandle>().Select(silo => silo.Silo.Peek(grainId)).FirstOrDefault(activation => activation is not null);
        return grainContext is not null;
    }

    /// <summary>Ends the grain's activation and waits until it has ended.</summary>
    public async Task DeactivateAsync(GrainId grainId)
    {
        foreach (var silo in Silos.OfType<InProcessSiloHandle>())
        {
            if (silo.Silo.Peek(grainId) is { } activation)
            {
                var deactivated = activation.Deactivated;
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The test asked for it."));
                await deactivated;
            }
        }
    }

    /// <inheritdoc cref="DeactivateAsync(GrainId)"/>
    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());

    /// <summary>Waits until the grain's activation, if there is one, has ended.</summary>
    public Task WaitForDeactivationAsync(GrainId grainId) =>
        TryGetGrainContext(grainId, out var context) ? context.Deactivated : Task.CompletedTask;

    /// <inheritdoc cref="WaitForDeactivationAsync(GrainId)"/>
    public Task WaitForDeactivationAsync(IAddressable grain) => WaitForDeactivationAsync(grain.GetGrainId());

    /// <summary>Stops the client.</summary>
    public async Task StopClusterClientAsync()
    {
        if (Interlocked.Exchange(ref _clientHost, null) is { } client)
        {
            await client.StopAsync();
            client.Dispose();
        }
    }

    /// <summary>Stops the client and all silos.</summary>
    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        foreach (var silo in Silos.Reverse())
        {
            await StopSiloAsync(silo);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAllSilosAsync();

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<SiloHandle> StartAsync(short number)
    {
        var name = number == 0 ? "Primary" : $"Secondary_{number}";
        var silo = await ClusterHosts.StartSiloAsync(name, Options, Configuration([new("Orleans:Name", name)]));
        silo.InstanceNumber = number;
        lock (_lock)
        {
            _silos.Add(silo);
            _silos.Sort((a, b) => a.InstanceNumber.CompareTo(b.InstanceNumber));
        }

        return silo;
    }

    private async Task EndAsync(SiloHandle instance, bool stopGracefully)
    {
        ArgumentNullException.ThrowIfNull(instance);
        lock (_lock)
        {
            _silos.RemoveAll(silo => ReferenceEquals(silo, instance));
        }

        try
        {
            await instance.StopSiloAsync(stopGracefully);
        }
        finally
        {
            await instance.DisposeAsync();
        }
    }

    private IConfigurationRoot Configuration(IEnumerable<KeyValuePair<string, string?>> own)
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in ConfigurationSources.Append(new MemoryConfigurationSource { InitialData = own }))
        {
            builder.Add(source);
        }

        return builder.Build();
    }

    private sealed class FirstLivingSilo(TestCluster cluster) : ICallRouter
    {
        private Silo? _last;

        // With none left, the one that was last used says that it has stopped.
        public Silo Silo => _last = cluster.Silos.OfType<InProcessSiloHandle>().FirstOrDefault()?.Silo
            ?? _last ?? throw new SiloUnavailableException("No silo runs.");
    }
}
#pragma warning restore CA1063, CA1816, CA1822
