namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public class TestClusterOptions
{
    /// <summary>Tells the cluster from others.</summary>
    public string ClusterId { get; set; } = null!;

    /// <summary>The service whose state the cluster works on.</summary>
    public string ServiceId { get; set; } = null!;

    /// <summary>How many silos are started at first.</summary>
    public short InitialSilosCount { get; set; }

    /// <summary>Whether the client is made along with the silos.</summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    /// <summary>The assembly-qualified names of the classes that configure silos.</summary>
    public List<string?> SiloBuilderConfiguratorTypes { get; } = [];

    /// <summary>The assembly-qualified names of the classes that configure the client.</summary>
    public List<string?> ClientBuilderConfiguratorTypes { get; } = [];

    /// <summary>The options as configuration.</summary>
    public Dictionary<string, string?> ToDictionary() => new()
    {
        [$"Orleans:{nameof(ClusterId)}"] = ClusterId,
        [$"Orleans:{nameof(ServiceId)}"] = ServiceId,
        [nameof(InitialSilosCount)] = $"{InitialSilosCount}",
        [nameof(InitializeClientOnDeploy)] = $"{InitializeClientOnDeploy}",
    };
}
