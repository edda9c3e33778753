using System.CommandLine;

namespace OrleansChat.Load;

/// <summary>What all commands share.</summary>
internal sealed record LoadOptions
{
    public required Uri[] Urls { get; init; }

    public required int[] ServerPids { get; init; }

    public required int[] RedisPids { get; init; }

    public required int Bytes { get; init; }

    public required double Seconds { get; init; }

    public required double Warmup { get; init; }

    public required double Drain { get; init; }

    public required FileInfo? Json { get; init; }

    /// <summary>Made when messages begin to be measured.</summary>
    public required FileInfo? Begun { get; init; }

    /// <summary>Makes the names of this run its own.</summary>
    public string Run { get; } = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 4));

    public string Name(int index) => $"load-{Run}-{index}";

    public Uri UrlOf(int index) => Urls[index % Urls.Length];
}

/// <summary>The command line of <see cref="LoadOptions"/>.</summary>
internal sealed class SharedOptions
{
    private readonly Option<Uri[]> _url = new("--url", "-u")
    {
        Description = "A node; repeat it to spread the connections over several.",
        DefaultValueFactory = _ => [new Uri("http://127.0.0.1:8080")],
        CustomParser = result => [.. result.Tokens.Select(token => new Uri(token.Value))],
    };

    private readonly Option<int[]> _serverPid = new("--server-pid")
    {
        Description = "A server process to account for; repeatable. By default whoever listens on the port of a local --url.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int[]> _redisPid = new("--redis-pid")
    {
        Description = "A Redis process to account for; repeatable. By default the server's child, or the only one on the machine.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int> _bytes = Numbers.Int("--bytes", 100, $"Length of a message's text, at least {TextStamp.Length}.", TextStamp.Length);
    private readonly Option<double> _seconds = Numbers.Double("--seconds", 10, "How long to measure.");
    private readonly Option<double> _warmup = Numbers.Double("--warmup", 2, "Seconds of the same load before the measurement.");
    private readonly Option<double> _drain = Numbers.Double("--drain", 30, "Seconds to wait at most until everything sent has been acknowledged and delivered.");
    private readonly Option<FileInfo?> _json = new("--json") { Description = "Also write the result to this file." };

    private readonly Option<FileInfo?> _begun = new("--begun") { Description = "Make this file when the measurement of messages begins, for a script that waits for it." };

    public void AddTo(Command command)
    {
        command.Options.Add(_begun);
        command.Options.Add(_url);
        command.Options.Add(_seconds);
        command.Options.Add(_warmup);
        command.Options.Add(_drain);
        command.Options.Add(_bytes);
        command.Options.Add(_serverPid);
        command.Options.Add(_redisPid);
        command.Options.Add(_json);
    }

    public LoadOptions Read(ParseResult parsed)
    {
        var urls = parsed.GetValue(_url)!;
        var servers = parsed.GetValue(_serverPid)!;
        servers = servers.Length > 0 ? servers : ProcessFinder.Listening(urls);
        var redis = parsed.GetValue(_redisPid)!;
        return new LoadOptions
        {
            Urls = urls,
            ServerPids = servers,
            RedisPids = redis.Length > 0 ? redis : ProcessFinder.Redis(servers),
            Bytes = parsed.GetValue(_bytes),
            Seconds = parsed.GetValue(_seconds),
            Warmup = parsed.GetValue(_warmup),
            Drain = parsed.GetValue(_drain),
            Json = parsed.GetValue(_json),
            Begun = parsed.GetValue(_begun),
        };
    }
}
