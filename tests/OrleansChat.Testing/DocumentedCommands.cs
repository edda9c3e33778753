using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OrleansChat.Testing;

/// <summary>
/// Runs commands as the documentation gives them: the block of shell that follows <c>&lt;!-- commands: NAME --&gt;</c>. The first command that
/// fails fails the test. <c>./run.sh</c> is the built server.
/// </summary>
public sealed partial class DocumentedCommands(string document, string directory)
{
    /// <summary>Runs one block in the directory, with these variables.</summary>
    public async Task<string> RunAsync(string name, IReadOnlyDictionary<string, string> variables)
    {
        string run = Path.Combine(directory, "run.sh");
        await File.WriteAllTextAsync(run, $"#!/bin/sh\nexec '{ServerBinary.Host}' exec '{ServerBinary.Path}' \"$@\"\n");
        ProcessStartInfo start = new("bash")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in new[] { "-euo", "pipefail", "-c", "chmod u+x run.sh\n" + await BlockAsync(name) })
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string variable, string value) in variables)
        {
            start.Environment[variable] = value;
        }

        using Process shell = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        Watchdog.Watch(shell.Id);
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        try
        {
            await shell.WaitForExitAsync().WithinAsync(TimeSpan.FromSeconds(60), $"the end of the commands '{name}'");
        }
        finally
        {
            Watchdog.Forget(shell.Id);
            if (!shell.HasExited)
            {
                shell.Kill(entireProcessTree: true);
            }

            EndLeftServers();
        }

        return shell.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"The commands '{name}' of {document} ended with {shell.ExitCode}:\n{await output}\n{await errors}");
    }

    // A server that the commands put into the background, where they failed before they stopped it.
    private void EndLeftServers()
    {
        foreach (string file in Directory.EnumerateFiles(directory, "*.pid", SearchOption.AllDirectories))
        {
            if (int.TryParse(File.ReadAllText(file).Trim(), out int pid) && File.Exists($"/proc/{pid}/comm")
                && File.ReadAllText($"/proc/{pid}/comm").StartsWith("redis-server", StringComparison.Ordinal))
            {
                Redis.PosixSignals.Kill(pid);
            }
        }
    }

    private async Task<string> BlockAsync(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, document);
            if (File.Exists(Path.Combine(folder.FullName, "OrleansChat.sln")) && File.Exists(path))
            {
                return Blocks().Matches(await File.ReadAllTextAsync(path)).Single(block => block.Groups["name"].Value == name).Groups["commands"].Value;
            }
        }

        throw new FileNotFoundException("The tests are not in the repository.", document);
    }

    [GeneratedRegex(@"<!-- commands: (?<name>[\w-]+) -->\n```sh\n(?<commands>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
