using System.Diagnostics;

namespace OrleansChat.Architecture.Tests;

/// <summary>Runs what <c>bench/</c> computes with, on recorded results.</summary>
internal static class BenchProgram
{
    public static async Task<(int Code, string Output)> RunAsync(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Path.Combine(Repository.Root, "bench", script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
