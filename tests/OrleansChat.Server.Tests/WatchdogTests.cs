using System.Diagnostics;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>The tests' own clean-up: nothing may stay behind a test run that was killed.</summary>
public sealed class WatchdogTests
{
    private const string Child = "ORLEANSCHAT_TEST_CHILD";

    /// <summary>Not a test of its own: what the other one runs in a process that it kills.</summary>
    [Fact(Explicit = true)]
    public async Task Start_a_server_and_wait_to_be_killed()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync();
        string report = Environment.GetEnvironmentVariable(Child)!;
        File.WriteAllText(report + ".new", $"{redis.Server.Pid} {server.Pid} {redis.Server.Directory}");
        File.Move(report + ".new", report);
        await server.WaitForExitAsync();
    }

    [Fact]
    public async Task Processes_and_directories_of_a_killed_test_run_are_gone()
    {
        await using TestDirectory directory = new();
        string report = Path.Combine(directory.Path, "report");
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true };
        string[] arguments = ["exec", typeof(WatchdogTests).Assembly.Location, "-explicit", "only", "-method", $"*.{nameof(Start_a_server_and_wait_to_be_killed)}"];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Child] = report;
        using Process run = Process.Start(start)!;
        await Eventually.TrueAsync(() => File.Exists(report));
        string[] started = File.ReadAllText(report).Split(' ');
        PosixSignals.Kill(run.Id);

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{started[0]}") && !Directory.Exists($"/proc/{started[1]}") && !Directory.Exists(started[2]));
    }
}
