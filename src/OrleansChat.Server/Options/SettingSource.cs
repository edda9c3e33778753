namespace OrleansChat.Server.Options;

/// <summary>Looks settings up in their order of precedence and knows where each value was written, so that an error can say so.</summary>
internal sealed class SettingSource
{
    private const string FileName = "appsettings.json";
    private readonly IConfigurationRoot _file;
    private readonly IConfigurationRoot _environment;
    private readonly IReadOnlyList<string> _variables;
    private readonly IReadOnlyDictionary<Setting, string> _commandLine;

    /// <param name="commandLine">What was given as <c>--name value</c>.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="folders">Where to look for appsettings.json; a later one wins.</param>
    /// <exception cref="ServerOptionsException">An appsettings.json cannot be read.</exception>
    public SettingSource(IReadOnlyDictionary<Setting, string> commandLine, IReadOnlyDictionary<string, string?> environment, IEnumerable<string> folders)
    {
        _commandLine = commandLine;
        _variables = [.. environment.Keys.Where(name => name.StartsWith(Setting.Section + "__", StringComparison.OrdinalIgnoreCase))];
        _environment = new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value)))
            .Build();
        ConfigurationBuilder file = new();
        foreach (string folder in folders.Distinct())
        {
            file.AddJsonFile(Path.Combine(folder, FileName), optional: true, reloadOnChange: false);
        }

        try
        {
            _file = file.Build();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string cause = (exception.InnerException ?? exception).Message;
            throw new ServerOptionsException([$"{FileName} cannot be read ({cause}): correct it or take it away"], exception);
        }
    }

    /// <summary>Keys that stand in the environment or in a file and belong to no setting: most likely misspelt.</summary>
    public IEnumerable<string> Unknown()
    {
        HashSet<string> known = new(Settings.All.Select(setting => setting.Path), StringComparer.OrdinalIgnoreCase);
        bool IsUnknown(string key) =>
            !known.Contains(key) && !Settings.Lists.Any(list => key.StartsWith(list.Path + ":", StringComparison.OrdinalIgnoreCase));
        return _variables.Where(name => IsUnknown(name.Replace("__", ":", StringComparison.Ordinal)))
            .Concat(Leaves(_file).Where(IsUnknown).Select(InFile));
    }

    /// <summary>The value that wins, and how its place is called. Empty ones in the environment or a file count as not set.</summary>
    public (string Value, string Place)? Find(Setting setting)
    {
        if (_commandLine.TryGetValue(setting, out string? given))
        {
            return (given, "--" + setting.Name);
        }

        if (Value(_environment, setting) is { Length: > 0 } variable)
        {
            return (variable, setting.EnvironmentName);
        }

        return Value(_file, setting) is { Length: > 0 } written ? (written, InFile(setting.Path)) : null;
    }

    // A list may stand in a file as an array.
    private static string? Value(IConfigurationRoot configuration, Setting setting) =>
        configuration[setting.Path] ?? (Settings.Lists.Contains(setting)
            ? string.Join(',', configuration.GetSection(setting.Path).GetChildren().Select(child => child.Value))
            : null);

    private static IEnumerable<string> Leaves(IConfigurationRoot configuration) =>
        configuration.GetSection(Setting.Section).AsEnumerable().Where(pair => pair.Value is not null).Select(pair => pair.Key);

    private static string InFile(string key) => $"{key} in {FileName}";
}
