using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>The activations of one host, from its start to its stop.</summary>
internal sealed partial class Silo : ICallRouter, IHostedLifecycleService, ILocalSiloDetails, IDisposable
{
    private static int s_generation;

    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly GrainCollectionOptions _collection;
    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly long _expiryPeriod;
    private Exception? _fate;
    private long _now;

    public Silo(
        IServiceProvider services, TimeProvider time, IOptions<SiloOptions> options, IOptions<ClusterOptions> cluster,
        IOptions<GrainCollectionOptions> collection, IOptions<SiloMessagingOptions> messaging, ILoggerFactory loggers)
    {
        Services = services;
        Log = new SiloLog(loggers.CreateLogger<Silo>());
        ClusterId = cluster.Value.ClusterId;
        var generation = Interlocked.Increment(ref s_generation);
        Address = SiloAddress.New(IPAddress.Loopback, 0, generation);
        Name = options.Value.SiloName ?? $"Silo_{generation}";
        GrainFactory = new GrainFactory(this, services);
        _collection = collection.Value;
        ResponseTimeout = (long)messaging.Value.ResponseTimeout.TotalMilliseconds;
        SweepPeriod = (long)Math.Clamp(Math.Min(_collection.CollectionQuantum.TotalMilliseconds, ResponseTimeout / 4d), 10, 1000);
        // Looking at every activation is what costs, so an answer that fails to come is noticed an eighth late.
        _expiryPeriod = Math.Max(SweepPeriod, Math.Min(ResponseTimeout, Math.Min(ActivationTimeout, DeactivationTimeout)) / 8);
        // Orleans' own names, so that one dashboard serves both engines.
        _meter = new Meter("Microsoft.Orleans");
        _meter.CreateObservableGauge("orleans-catalog-activations", () => ActivationCount, description: "Activations of this silo.");
        _time = time;
        _origin = time.GetTimestamp();
    }

    public IServiceProvider Services { get; }

    public SiloLog Log { get; }

    public GrainFactory GrainFactory { get; }

    public TimeProvider Time => _time;

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName => Dns.GetHostName();

    public SiloAddress Address { get; }

    public SiloAddress SiloAddress => Address;

    public SiloAddress GatewayAddress => Address;

    /// <summary>Milliseconds since the silo was made, at most one sweep old: reading the real clock costs more than a call.</summary>
    public long Now => Volatile.Read(ref _now);

    public long ResponseTimeout { get; }

    public long ActivationTimeout => (long)_collection.ActivationTimeout.TotalMilliseconds;

    public long DeactivationTimeout => (long)_collection.DeactivationTimeout.TotalMilliseconds;

    /// <summary>No grain runs here any more.</summary>
    public bool IsStopped => Volatile.Read(ref _fate) is not null;

    public int ActivationCount => _activations.Count;

    /// <summary>No activation runs or waits for anything.</summary>
    public bool IsQuiet => _activations.Values.All(activation => activation.IsQuiet);

    Silo ICallRouter.Silo => this;

    /// <summary>The grain's activation, made if there is none; null once the silo has stopped.</summary>
    public Activation? Find(GrainId grainId)
    {
        if (_activations.TryGetValue(grainId, out var activation))
        {
            return activation;
        }

        if (IsStopped)
        {
            return null;
        }

        activation = _activations.GetOrAdd(grainId,
            static (id, silo) => new Activation(silo, id, GrainClasses.OfProcess.Get(id.Type)), this);
        if (IsStopped)
        {
            // Stopped in between: the round that ends all activations may have missed this one.
            activation.Kill(_fate!);
            return null;
        }

        return activation;
    }

    public Activation? Peek(GrainId grainId) => _activations.GetValueOrDefault(grainId);

    public void Remove(Activation activation) => _activations.TryRemove(KeyValuePair.Create(activation.GrainId, activation));

    public void Replace(Activation activation, Activation successor) => _activations[activation.GrainId] = successor;

    public override string ToString() => Name;
}
