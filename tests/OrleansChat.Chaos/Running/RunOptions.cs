namespace OrleansChat.Chaos.Running;

/// <summary>What a run is made of. The same seed makes the same schedule of faults and commands; what meets what is up to the machine.</summary>
internal sealed record RunOptions
{
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    public int Seed { get; init; } = 1;

    public int Nodes { get; init; } = 2;

    /// <summary>Names of <see cref="Faults.FaultTable"/>.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Sends a second and client.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>How many clients on the native door that mend nothing.</summary>
    public int Natives { get; init; } = 6;

    /// <summary>How many clients with the library.</summary>
    public int Libraries { get; init; } = 2;

    /// <summary>How many at the line door.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>How many at the RESP door.</summary>
    public int Resps { get; init; } = 1;

    /// <summary>How many at the Socket.IO, the SignalR and the REST door, each.</summary>
    public int Webs { get; init; } = 1;

    /// <summary>Whether Redis writes its file to disk before it answers, or every second.</summary>
    public string AppendFsync { get; init; } = "always";

    /// <summary>How many replicas an acknowledgement waits for.</summary>
    public int WaitReplicas { get; init; }

    /// <summary>Whether nodes reach Redis without a proxy between: for runs whose many clients keep this process, and so the proxy, busy.</summary>
    public bool DirectStorage { get; init; }

    /// <summary>Further options of the nodes.</summary>
    public IReadOnlyList<string> ServerOptions { get; init; } = [];

    /// <summary>A bug to plant; null for none.</summary>
    public string? Mutant { get; init; }

    /// <summary>How long everybody has at the end to hear everything.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Looks at the cluster once a second; null for nobody.</summary>
    public Func<ChaosCluster, Task>? Watch { get; init; }

    /// <summary>Told once a second how it goes.</summary>
    public Action<string>? Progress { get; init; }
}
