using System.Security.Cryptography;

namespace OrleansChat.Redis;

/// <summary>The directory of a private Redis: readable by its owner only, in charge of one chat server at a time.</summary>
internal static class PrivateRedisFiles
{
    private const string LockFile = "server.lock";
    private const string PasswordFile = "password";
    private const int PasswordBytes = 32;

    /// <summary>Makes the directory and takes its lock, which the kernel frees when this process ends, however it ends.</summary>
    public static FileStream Open(string directory, string data)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new RedisUnusableException("a private redis-server runs on Linux and macOS only: name a running Redis with --redis host:port");
        }

        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RedisUnusableException($"the data directory {data} cannot be written ({exception.Message}): give another with --data", exception);
        }
        catch (IOException exception) when (File.Exists(Path.Combine(directory, LockFile)))
        {
            string owner = PrivateRedisRecord.Read(directory) is { Owner: > 0 } record ? $" (process {record.Owner})" : "";
            throw new RedisUnusableException($"the data directory {data} is in use by another server{owner}: stop that one, or give another directory with --data", exception);
        }
        catch (IOException exception)
        {
            throw new RedisUnusableException($"the data directory {data} cannot be made ({exception.Message}): give another with --data", exception);
        }
    }

    /// <summary>The password of this directory's server, made at first use and kept, so that a server left running can be adopted.</summary>
    public static string Password(string directory)
    {
        string path = Path.Combine(directory, PasswordFile);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } kept)
        {
            return kept;
        }

        string password = RandomNumberGenerator.GetHexString(PasswordBytes * 2, lowercase: true);
        File.Delete(path);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream file = new(path, options);
        using StreamWriter writer = new(file);
        writer.Write(password);
        return password;
    }
}
