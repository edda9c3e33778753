using System.Diagnostics;
using System.Globalization;

namespace OrleansChat.Chaos.Running;

/// <summary>A disk in memory that can be made as small as what is on it, so that nothing more fits.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Plenty = "16g";

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one; where that is not permitted, says why.</summary>
    public static (SmallDisk? Disk, string? Missing) TryMount()
    {
        string path = Directory.CreateTempSubdirectory("orleanschat-chaos-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={Plenty}", "tmpfs", path) is { } problem)
        {
            Directory.Delete(path);
            return (null, $"a disk cannot be mounted here ({problem})");
        }

        return (new SmallDisk(path), null);
    }

    /// <summary>Leaves no room for anything more.</summary>
    public void Fill()
    {
        DriveInfo drive = new(Path);
        Resize(string.Create(CultureInfo.InvariantCulture, $"{Math.Max(4096, drive.TotalSize - drive.TotalFreeSpace)}"));
    }

    /// <summary>Makes room again.</summary>
    public void Free() => Resize(Plenty);

    public void Dispose()
    {
        // Lazily: a redis-server that was just killed may still hold a file.
        if (Run("umount", "-l", Path) is null)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private void Resize(string size)
    {
        if (Run("mount", "-o", $"remount,size={size}", Path) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    private static string? Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            using Process process = Process.Start(start)!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.ReplaceLineEndings(" ").Trim();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
