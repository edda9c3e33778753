using System.Diagnostics;
using Xunit;

namespace OrleansChat.Testing;

/// <summary>A folder beside the tests with a lock file: stock clients from npm, for node.</summary>
public static class NpmFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Installs what the lock file names, once for each build. The answer is the folder.</summary>
    /// <param name="name">Its name beside the test assembly.</param>
    public static async Task<string> InstallAsync(string name = "node")
    {
        string folder = Path.Combine(AppContext.BaseDirectory, name);
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            return folder;
        }

        using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = npm.StandardOutput.ReadToEndAsync();
        string errors = await npm.StandardError.ReadToEndAsync().WithinAsync(Patience, "npm ci");
        await npm.WaitForExitAsync().WithinAsync(Patience, "npm ci");
        Assert.True(npm.ExitCode == 0, await output + errors);
        return folder;
    }
}
