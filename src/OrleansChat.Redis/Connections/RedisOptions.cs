namespace OrleansChat.Redis.Connections;

/// <summary>How to reach Redis and how long to wait for it.</summary>
public sealed class RedisOptions
{
    /// <summary>A StackExchange.Redis configuration: <c>host:port[,password=...]</c>. Never logged: it may hold a password.</summary>
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <summary>How long one step may take before it is given up as unavailable.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait for the first connection.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many replicas must have a step that lasts before it is answered as done; 0: none is asked. Costs a round trip to the replicas.
    /// </summary>
    public int WaitReplicas { get; set; }
}
