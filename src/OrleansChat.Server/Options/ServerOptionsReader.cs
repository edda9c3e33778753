using System.Globalization;
using OrleansChat.Redis;

namespace OrleansChat.Server.Options;

/// <summary>Turns what was written into <see cref="ServerOptions"/>, or into one line for each thing that is wrong.</summary>
internal sealed class ServerOptionsReader(SettingSource source)
{
    private const string AddressHint = "is not an address: give address:port, such as 127.0.0.1:8080 or *:8080";
    private const double DefaultTraceRatio = 0.01;
    private readonly List<string> _errors = [];

    /// <exception cref="ServerOptionsException">With all errors, not only the first.</exception>
    public static ServerOptions Read(SettingSource source) => new ServerOptionsReader(source).Read();

    private ServerOptions Read()
    {
        ListenAddress http = Take(Settings.Http, Address, AddressHint) ?? new ListenAddress(System.Net.IPAddress.Loopback, 8080);
        ServerRole role = ReadRole();
        ListenAddress? line = Door(Settings.Line, 8023, role);
        ListenAddress? resp = Door(Settings.Resp, 8379, role);
        ServerOptions options = new()
        {
            Http = http,
            Line = line,
            Resp = resp,
            RespKey = ReadRespKey(resp),
            Tls = TlsOptionsReader.Read(source, _errors),
            TrustedProxies = Take(Settings.TrustedProxies, ProxyList.Parse, "is not a list of networks: give addresses or networks, such as 10.0.0.0/8,127.0.0.1") ?? [],
            Redis = Take(Settings.Redis, text => RedisAddress.TryParse(text, out RedisAddress? redis) ? redis : null, "is not a Redis address: give host:port, or host:port,password=..."),
            Data = Take(Settings.Data, Directory, "is a file: give a directory") ?? "./data",
            Restored = Take(Settings.Restored, Flag, "is neither true nor false: give one of them") ?? false,
            WaitReplicas = Take(Settings.WaitReplicas, ReplicaCount, "is not a number from 0 to 16: give one in that range") ?? 0,
            Node = Take(Settings.Node, NodeName, "is not a node name: give 1 to 32 of a-z, 0-9 and dash") ?? "node",
            Role = role,
            Guests = Take(Settings.Guests, Flag, "is neither true nor false: give one of them") ?? http.IsLoopback,
            Admin = Take(Settings.Admin, text => Names.TryUser(text, out string? name) ? name : null, "is not a user name: give 2 to 32 of a-z, 0-9, dot, dash and underscore"),
            Origins = Take(Settings.Origins, OriginList, "is not a list of origins: give them as https://chat.example.com,http://localhost:5173") ?? [],
            Peers = Take(Settings.Peers, OriginList, "is not a list of addresses: give them as browsers reach them, http://a:8080,http://b:8080") ?? [],
            Limits = ReadLimits(),
            Otlp = Take(Settings.Otlp, Collector, "is not the address of a collector: give http://host:port"),
            TraceRatio = Take(Settings.TraceRatio, Ratio, "is not a share: give a number from 0 to 1, such as 0.01") ?? DefaultTraceRatio,
            LogFormat = Take(Settings.LogFormat, Name<LogFormat>, "is not a log format: give text or json") ?? LogFormat.Text,
            LogLevel = Take(Settings.LogLevel, Name<LogLevel>, "is not a log level: give trace, debug, information, warning, error, critical or none") ?? LogLevel.Information,
        };
        RefuseSharedPorts(options);
        if (options is { WaitReplicas: > 0, Redis: null })
        {
            _errors.Add("--wait-replicas needs --redis: the private redis-server has no replicas");
        }

        _errors.AddRange(source.Unknown().Select(key => $"{key} is not a setting: correct its name or take it away (see --help)"));
        return _errors.Count == 0 ? options : throw new ServerOptionsException(_errors);
    }

    // A role that the engine does not have would start and serve nobody.
    private ServerRole ReadRole()
    {
        ServerRole role = Take(Settings.Role, Name<ServerRole>, "is not a role: give all, silo or gateway") ?? ServerRole.All;
        if (!ChatEngine.Roles.Contains(role))
        {
            _errors.Add(
                $"--role {role.ToString().ToLowerInvariant()} needs the Orleans engine, and this is the {ChatEngine.Name} one, whose nodes host grains and doors together: give all");
        }

        return role;
    }

    private ListenAddress? Door(Setting setting, int port, ServerRole role)
    {
        if (source.Find(setting) is not ({ } text, _))
        {
            return role.HasDoors() ? new ListenAddress(System.Net.IPAddress.Loopback, port) { IsDefault = true } : null;
        }

        if (text.Equals("off", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ListenAddress? door = Take(setting, Address, AddressHint + ", or off");
        if (door is not null && !role.HasDoors())
        {
            _errors.Add($"--{setting.Name} {door}: a silo opens no door: take it away, or give --role all");
        }

        return door;
    }

    // Whoever gets in acts for everybody. The key itself is never shown.
    private string? ReadRespKey(ListenAddress? resp)
    {
        string? key = source.Find(Settings.RespKey)?.Value;
        if (key is { Length: < 8 or > 512 })
        {
            _errors.Add("--resp-key has too few or too many characters: give 8 to 512");
        }
        else if (key is null && resp is { IsLoopback: false })
        {
            _errors.Add($"--resp {resp} lets other machines act for every user: give a secret with --resp-key, or a loopback address");
        }

        return key;
    }

    private ChatLimits ReadLimits()
    {
        ChatLimits limits = new();
        if (Take(Settings.Limits, text => text is "off" or "default" ? text : null, "is neither off nor default: give one of them") == "off")
        {
            limits = limits.WithoutRates();
        }

        foreach (LimitSetting limit in LimitSetting.All)
        {
            string range = string.Create(CultureInfo.InvariantCulture, $"is not a number from {limit.Least} to {limit.Most}: give one in that range");
            if (Take(limit.Setting, text => Number(text, limit), range) is int number)
            {
                limits = limit.Write(limits, number);
            }
        }

        // A frame carries the text and the words around it; a queue carries at least one frame.
        RefuseBelow(LimitSetting.Frame, LimitSetting.Text, limits, room: 1024);
        RefuseBelow(LimitSetting.QueueBytes, LimitSetting.Frame, limits, room: 0);
        return limits;
    }

    private void RefuseBelow(LimitSetting outer, LimitSetting inner, ChatLimits limits, int room)
    {
        int least = inner.Read(limits) + room;
        if (outer.Read(limits) < least)
        {
            _errors.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"--{outer.Setting.Name} {outer.Read(limits)} is too small for --{inner.Setting.Name} {inner.Read(limits)}: give at least {least}, or lower the other"));
        }
    }

    private void RefuseSharedPorts(ServerOptions options)
    {
        (Setting Setting, ListenAddress? Address)[] doors = [(Settings.Http, options.Http), (Settings.Line, options.Line), (Settings.Resp, options.Resp)];
        foreach (var shared in doors.Where(door => door.Address is { Port: > 0 }).GroupBy(door => door.Address!.Port).Where(group => group.Count() > 1))
        {
            string names = string.Join(" and ", shared.Select(door => "--" + door.Setting.Name));
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"{names} share port {shared.Key}: give each its own"));
        }
    }

    // The overloads differ in how "no value" is told: null for classes, no value for structs.
    private T? Take<T>(Setting setting, Func<string, T?> parse, string error)
        where T : class
    {
        if (source.Find(setting) is not ({ } text, { } place))
        {
            return null;
        }

        T? value = parse(text.Trim());
        if (value is null)
        {
            Refuse(setting, text, place, error);
        }

        return value;
    }

    private T? Take<T>(Setting setting, Func<string, T?> parse, string error)
        where T : struct
    {
        if (source.Find(setting) is not ({ } text, { } place))
        {
            return null;
        }

        T? value = parse(text.Trim());
        if (value is null)
        {
            Refuse(setting, text, place, error);
        }

        return value;
    }

    private void Refuse(Setting setting, string text, string place, string error)
    {
        // What follows the comma of a Redis address may be a misspelt password: never shown.
        int comma = setting == Settings.Redis ? text.IndexOf(',', StringComparison.Ordinal) : -1;
        string shown = comma < 0 ? text : text[..comma] + ",...";
        _errors.Add($"{place}: '{shown.ReplaceLineEndings(" ")}' {error}");
    }

    private static ListenAddress? Address(string text) => ListenAddress.TryParse(text, out ListenAddress? address) ? address : null;

    private static string? Directory(string text) => text.Length > 0 && !File.Exists(text) ? text : null;

    private static bool? Flag(string text) => bool.TryParse(text, out bool flag) ? flag : null;

    private static int? Number(string text, LimitSetting limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= limit.Least && number <= limit.Most ? number : null;

    private static double? Ratio(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1 ? share : null;

    private static int? ReplicaCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 16 ? count : null;

    // Not Enum.TryParse, which takes "3" too.
    private static T? Name<T>(string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private static string? NodeName(string text) =>
        text.Length is >= 1 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? text : null;

    private static Uri? Collector(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri : null;

    private static IReadOnlyList<string>? OriginList(string text)
    {
        string[] origins = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return origins.Length > 0 && origins.All(IsOrigin) ? [.. origins.Select(origin => new Uri(origin).GetLeftPart(UriPartial.Authority))] : null;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && uri.Scheme is "http" or "https"
        && uri.PathAndQuery == "/" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
