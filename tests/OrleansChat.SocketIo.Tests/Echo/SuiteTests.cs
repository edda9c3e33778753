using System.Diagnostics;
using OrleansChat.Testing;

namespace OrleansChat.SocketIo.Tests.Echo;

/// <summary>
/// Runs the protocol authors' own black-box suites against the engine where somebody has put them: <c>SOCKETIO_SUITES</c> names the folders
/// of <c>v4-test-suite</c> (Engine.IO) and <c>v5-test-suite</c> (Socket.IO), separated by colons, each after <c>npm ci</c>. They call port 3000.
/// </summary>
public sealed class SuiteTests
{
    [Fact]
    public async Task The_engine_passes_the_authors_suites()
    {
        string folders = Environment.GetEnvironmentVariable("SOCKETIO_SUITES") ?? string.Empty;
        Assert.SkipWhen(folders.Length == 0, "SOCKETIO_SUITES names no suites.");
        await using EchoHost host = await EchoHost.StartAsync(3000);
        foreach (string folder in folders.Split(':'))
        {
            ProcessStartInfo start = new("npm") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("test");
            using Process npm = Process.Start(start)!;
            Task<string> output = npm.StandardOutput.ReadToEndAsync();
            string errors = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync().WithinAsync(TimeSpan.FromMinutes(2), "the end of the suite");
            TestContext.Current.TestOutputHelper?.WriteLine(await output);
            Assert.True(npm.ExitCode == 0, $"{folder}:\n{await output}\n{errors}");
        }
    }
}
