using System.Text.Json;

namespace OrleansChat.Cli.Accounts;

/// <summary>Where a profile's sign-in is kept: a file that only its owner can read, in a folder that only its owner can enter.</summary>
internal sealed class SignInFile(string folder, string profile)
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    private readonly string _path = System.IO.Path.Combine(folder, profile + ".json");

    /// <summary><c>$XDG_CONFIG_HOME/orleanschat</c>, or <c>~/.config/orleanschat</c>.</summary>
    public static string DefaultFolder()
    {
        string? config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        return System.IO.Path.Combine(
            string.IsNullOrEmpty(config) ? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config") : config,
            "orleanschat");
    }

    /// <summary>The sign-in; null when there is none.</summary>
    public SignIn? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(_path), CliJson.Default.SignIn) is { Name: not null, Token: not null, Server: not null } saved
                ? saved
                : throw new JsonException("Incomplete.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException damaged)
        {
            throw new CliException(ExitCodes.NotSignedIn, $"{_path} is damaged: sign in again with chat login NAME", damaged);
        }
    }

    /// <summary>Writes beside and moves over: whoever reads meanwhile finds the old one or the new one, and nobody else a readable one.</summary>
    public void Write(SignIn signIn)
    {
        MakeFolder();
        string fresh = $"{_path}.{Guid.NewGuid():N}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnFile;
        }

        try
        {
            using (FileStream file = new(fresh, options))
            {
                JsonSerializer.Serialize(file, signIn, CliJson.Default.SignIn);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, _path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    public void Delete()
    {
        if (Directory.Exists(folder))
        {
            File.Delete(_path);
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // What others may do with the folders above is not for us to say; ours is closed, also where an older one was open.
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder, OwnFolder);
        if (File.GetUnixFileMode(folder) != OwnFolder)
        {
            File.SetUnixFileMode(folder, OwnFolder);
        }
    }
}
