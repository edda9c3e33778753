using System.Net;
using OrleansChat.Redis;

namespace OrleansChat.Server.Options;

/// <summary>Everything an operator decides, validated. Made by <see cref="ServerOptionsReader"/>.</summary>
internal sealed record ServerOptions
{
    public required ListenAddress Http { get; init; }

    /// <summary>Null: the door is off.</summary>
    public ListenAddress? Line { get; init; }

    /// <summary>Null: the door is off.</summary>
    public ListenAddress? Resp { get; init; }

    /// <summary>What back ends have to say at the RESP door; null: nothing, which is allowed on loopback only. A secret.</summary>
    public string? RespKey { get; init; }

    /// <summary>Null: connections are not encrypted.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Whose word counts on where a request really comes from.</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    /// <summary>Null: the server keeps a private redis-server in <see cref="Data"/>.</summary>
    public RedisAddress? Redis { get; init; }

    /// <summary>As the operator wrote it, relative to the working directory.</summary>
    public required string Data { get; init; }

    /// <summary>Not to serve, but to make a backup that was just restored ready for it.</summary>
    public required bool Restored { get; init; }

    /// <summary>How many replicas of Redis must have a step that lasts before it is answered; 0: none is asked.</summary>
    public int WaitReplicas { get; init; }

    /// <summary>What the id of this node begins with.</summary>
    public required string Node { get; init; }

    /// <summary>One that the engine has (<see cref="ChatEngine.Roles"/>).</summary>
    public required ServerRole Role { get; init; }

    /// <summary>Whether people without an account may come in.</summary>
    public required bool Guests { get; init; }

    /// <summary>Other origins whose pages may open connections, such as <c>https://chat.example.com</c>.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>The nodes as browsers reach them: where a page goes on when it loses the one it came from. Their pages may connect here.</summary>
    public required IReadOnlyList<string> Peers { get; init; }

    /// <summary>The user who administers the server; null: nobody does.</summary>
    public string? Admin { get; init; }

    public required ChatLimits Limits { get; init; }

    /// <summary>The OpenTelemetry collector that metrics and traces are sent to; null: none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The share of sends that are traced, 0 to 1, when there is a collector.</summary>
    public required double TraceRatio { get; init; }

    public required LogFormat LogFormat { get; init; }

    public required LogLevel LogLevel { get; init; }
}

internal enum LogFormat
{
    Text,
    Json,
}
