using System.Diagnostics;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>
/// Runs a Dockerfile without Docker: each stage is a folder that stands for its root, COPY copies between them, and the commands of RUN run there with what is
/// installed on this machine.
/// </summary>
internal sealed class DockerfileBuild(Dockerfile image, string folder, IReadOnlyDictionary<string, string> arguments)
{
    private static readonly TimeSpan LongestCommand = TimeSpan.FromMinutes(5);

    /// <summary>The last stage's working directory, and the environment that its ENV instructions make.</summary>
    public async Task<(string WorkingDirectory, Dictionary<string, string?> Environment)> RunAsync()
    {
        string workingDirectory = folder;
        foreach (Stage stage in image.Stages)
        {
            string root = Root(stage);
            Directory.CreateDirectory(root);
            workingDirectory = root;
            foreach (Instruction instruction in stage.Instructions)
            {
                switch (instruction.Name)
                {
                    case "WORKDIR":
                        workingDirectory = Directory.CreateDirectory(root + instruction.Text).FullName;
                        break;
                    case "COPY":
                        Copy(instruction, workingDirectory, root);
                        break;
                    case "RUN":
                        await RunAsync(stage, instruction.Text, workingDirectory);
                        break;
                }
            }
        }

        return (workingDirectory, image.Final.Environment);
    }

    private string Root(Stage stage) => Path.Combine(folder, stage.Name ?? "final");

    private void Copy(Instruction copy, string workingDirectory, string root)
    {
        string destination = copy.Operands[^1];
        string into = destination.StartsWith('/') ? root + destination : Path.Combine(workingDirectory, destination);
        foreach (string source in copy.Operands[..^1])
        {
            string from = copy.Flag("from") is { } stage ? Path.Combine(folder, stage) + source : string.Empty;
            IEnumerable<(string File, string Name)> files = from.Length > 0
                ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Select(file => (file, Path.GetRelativePath(from, file)))
                : DockerContext.Files().Where(file => file == source || file.StartsWith(source.TrimEnd('/') + "/", StringComparison.Ordinal))
                    .Select(file => (Repository.Path(file), file == source ? Path.GetFileName(file) : Path.GetRelativePath(source, file)));
            foreach ((string file, string name) in files)
            {
                string target = Path.GetFullPath(Path.Combine(into, name));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }
    }

    private async Task RunAsync(Stage stage, string command, string workingDirectory)
    {
        ProcessStartInfo start = new("sh", ["-ec", command])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (Instruction argument in stage.Instructions.Where(instruction => instruction.Name == "ARG"))
        {
            start.Environment[argument.Text] = arguments[argument.Text];
        }

        // A finished build leaves no process.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        Watchdog.Watch(process.Id);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WithinAsync(LongestCommand, $"the end of {command}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            Watchdog.Forget(process.Id);
        }

        Assert.True(process.ExitCode == 0, $"RUN {command} ended with {process.ExitCode}:\n{await output}{await errors}");
    }
}
