namespace OrleansChat.Gateway;

/// <summary>What an operator decides about the doors.</summary>
public sealed record GatewayOptions
{
    /// <summary>Whether people may come in under a free name without registering.</summary>
    public bool Guests { get; init; }

    /// <summary>Origins besides the own one whose pages may connect, for example <c>https://chat.example.org</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>What trusted back ends have to say at the RESP door; null: nothing. A secret.</summary>
    public string? RespKey { get; init; }

    /// <summary>The share of sends that are traced while anybody listens for traces, 0 to 1.</summary>
    public double TraceRatio { get; init; } = 1;

    /// <summary>Whether log lines show what they belong to, and that is worth keeping.</summary>
    public bool LogScopes { get; init; }

    /// <summary>The limits.</summary>
    public ChatLimits Limits { get; init; } = new();
}
