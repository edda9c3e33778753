using System.Diagnostics;

namespace Orleans.Configuration;

/// <summary>Which cluster and which service a host belongs to. Bound to the section <c>Orleans</c>.</summary>
public class ClusterOptions
{
    /// <summary>The cluster id when none is given.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The service id when none is given.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>Tells clusters apart that run at the same time.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>Names the service over all its deployments; kept state belongs to it.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>What a silo is called.</summary>
public class SiloOptions
{
    /// <summary>The name; one is made up when none is given.</summary>
    public string SiloName { get; set; } = null!;
}

/// <summary>How calls are handled.</summary>
public abstract class MessagingOptions
{
    private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a caller waits before it gets a <see cref="TimeoutException"/>; the call itself runs on.</summary>
    public TimeSpan ResponseTimeout
    {
        get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
        set => _responseTimeout = value;
    }

    /// <summary>The same while a debugger is attached.</summary>
    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>How a silo handles calls.</summary>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>When activations are collected, and how long their hooks may take.</summary>
public class GrainCollectionOptions
{
    /// <summary>How often idle activations are looked for when nothing is set.</summary>
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);

    /// <summary>How long an activation may take to start when nothing is set.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How long an activation may take to end when nothing is set.</summary>
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How often idle activations are looked for.</summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long an activation may be idle.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The same for single classes, by full name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long an activation may take to start before its callers are told that it failed.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long an activation may take to end before it is dropped.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;
}
