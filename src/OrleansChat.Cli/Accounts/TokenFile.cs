using System.Text.Json;

namespace OrleansChat.Cli.Accounts;

internal sealed record SavedToken(string Name, string Token);

/// <summary>Where a profile's token is kept between runs, readable by its owner only.</summary>
internal sealed class TokenFile(string profile)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Path.Combine(Folder(), profile + ".token");

    public SavedToken Read()
    {
        try
        {
            return JsonSerializer.Deserialize<SavedToken>(File.ReadAllText(_path)) ?? throw new JsonException();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            throw new CliException(ExitCodes.NotSignedIn, "not signed in: chat login NAME", missing);
        }
    }

    /// <summary>Writes beside and moves over, so that the token is never in a file that others can read.</summary>
    public void Write(SavedToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        string fresh = $"{_path}.{Environment.ProcessId}";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (FileStream file = new(fresh, options))
        {
            JsonSerializer.Serialize(file, token);
        }

        File.Move(fresh, _path, overwrite: true);
    }

    public void Delete() => File.Delete(_path);

    private static string Folder()
    {
        string? config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(config) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config") : config,
            "orleanschat");
    }
}
