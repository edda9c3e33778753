using System.Diagnostics;
using OrleansChat.Testing;

namespace OrleansChat.Resp.Tests.Support;

/// <summary>Runs the programs that tests talk to the door with.</summary>
internal static class Programs
{
    public static async Task<string> RunAsync(string program, string? input, string? folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? string.Empty,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().WithinAsync(TimeSpan.FromMinutes(2), program);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await errors}");
    }

    /// <summary>Output of <c>redis-cli</c>, its lines joined by a space.</summary>
    public static async Task<string> RedisCliAsync(int port, params string[] arguments) =>
        (await RunAsync("redis-cli", null, null, ["-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), .. arguments]))
            .Trim().ReplaceLineEndings(" ");
}
