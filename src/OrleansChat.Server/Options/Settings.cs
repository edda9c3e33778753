namespace OrleansChat.Server.Options;

/// <summary>Every setting, in the order of the help.</summary>
internal static class Settings
{
    private const string Doors = "Doors";
    private const string Storage = "Storage";
    private const string People = "People";
    private const string Limiting = "Limits";
    private const string Running = "Running";

    public static readonly Setting Http = new("http", "Http", "address", Doors, "web client, WebSocket, REST, SignalR and Socket.IO [127.0.0.1:8080]");
    public static readonly Setting Line = new("line", "Line", "address|off", Doors, "line protocol for telnet and nc [127.0.0.1:8023, if free]");
    public static readonly Setting Resp = new("resp", "Resp", "address|off", Doors, "Redis protocol for redis-cli and trusted back ends [127.0.0.1:8379, if free]");
    public static readonly Setting RespKey = new("resp-key", "RespKey", "key", Doors, "what they have to say by AUTH; needed unless --resp is on loopback [nothing]");
    public static readonly Setting TlsCertificate = new("tls-certificate", "Tls:Certificate", "file", Doors, "speak TLS with this: PEM with the chain, or PKCS#12; reloaded when it changes");
    public static readonly Setting TlsKey = new("tls-key", "Tls:Key", "file", Doors, "its private key, PEM [in the certificate's file]");
    public static readonly Setting TlsPassword = new("tls-password", "Tls:Password", "password", Doors, "what the key is encrypted with [nothing]");
    public static readonly Setting TlsDoors = new("tls-doors", "Tls:Doors", "door,...", Doors, "the doors that speak TLS: of http, line and resp [http]");
    public static readonly Setting TrustedProxies = new("trusted-proxies", "TrustedProxies", "network,...", Doors, "load balancers that tell whose a request is, such as 10.0.0.0/8 [nobody]");
    public static readonly Setting Redis = new("redis", "Redis", "host:port[,password=...]", Storage, "the Redis that nodes share [a private redis-server in --data]");
    public static readonly Setting Data = new("data", "Data", "directory", Storage, "where the private redis-server keeps its files [./data]");
    public static readonly Setting Restored = new("restored", "Restored", "true|false", Storage, "make a restored backup ready for use and end (docs/operations.md) [false]");
    public static readonly Setting WaitReplicas = new("wait-replicas", "WaitReplicas", "number", Storage, "replicas of Redis that must have a message before it is acknowledged [0]");
    public static readonly Setting Guests = new("guests", "Guests", "true|false", People, "let people in without an account [true when --http is on loopback]");
    public static readonly Setting Admin = new("admin", "Admin", "name", People, "the user who administers the server [nobody]");
    public static readonly Setting Origins = new("origins", "Origins", "origin,...", People, "other web sites whose pages may connect, such as https://chat.example.com");
    public static readonly Setting Peers = new("peers", "Peers", "address,...", People, "all nodes as browsers reach them: where pages go on when theirs is lost");
    public static readonly Setting Limits = new("limits", "Limits", "off|default", Limiting, "rate limits; off is for load tests, bounds on size and memory stay [default]");
    public static readonly Setting Node = new("node", "Node", "name", Running, "what the id of this node begins with; the rest is new at each start [node]");
    public static readonly Setting Role = new("role", "Role", "all|silo|gateway", Running, "host grains (silo), open the doors (gateway), or both; apart needs Orleans [all]");
    public static readonly Setting Otlp = new("otlp", "Otlp", "url", Running, "OpenTelemetry collector for metrics and traces, such as http://127.0.0.1:4318");
    public static readonly Setting TraceRatio = new("trace-ratio", "TraceRatio", "0..1", Running, "share of sends that are traced, when there is a collector [0.01]");
    public static readonly Setting LogFormat = new("log-format", "LogFormat", "text|json", Running, "log lines, on standard error [text]");
    public static readonly Setting LogLevel = new("log-level", "LogLevel", "level", Running, "trace, debug, information, warning, error, critical or none [information]");

    public static readonly IReadOnlyList<Setting> All =
    [
        Http, Line, Resp, RespKey, TlsCertificate, TlsKey, TlsPassword, TlsDoors, TrustedProxies, Redis, Data, Restored, WaitReplicas, Guests, Admin, Origins, Peers, Limits, .. LimitSetting.All.Select(limit => limit.Setting), Node, Role, Otlp, TraceRatio, LogFormat, LogLevel,
    ];

    /// <summary>Those that may stand in a file as an array.</summary>
    public static readonly IReadOnlyList<Setting> Lists = [Origins, Peers, TlsDoors, TrustedProxies];
}
