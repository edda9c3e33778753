using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task SIGTERM_drains_and_exits_with_0_before_its_deadline()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("Not everything was drained", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_interrupt_drains_and_exits_with_0()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        server.Interrupt();

        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.Contains("draining", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_interrupt_exits_at_once()
    {
        await using TestDirectory data = new();
        await using ServerProcess server = await ServerProcess.StartAsync("--data", data.Path);
        PauseRedisOf(data);
        server.Interrupt();
        await Eventually.TrueAsync(() => server.Errors.Contains("draining", StringComparison.Ordinal));

        server.Interrupt();

        Assert.Equal(130, await server.WaitForExitAsync());
    }

    [Fact]
    public async Task A_private_Redis_that_hangs_is_killed_and_the_exit_code_stays_0()
    {
        await using TestDirectory data = new();
        await using ServerProcess server = await ServerProcess.StartAsync("--data", data.Path);
        PauseRedisOf(data);

        Assert.Equal(0, await server.StopAsync());
        Assert.Null(data.PrivateRedisPid);
    }

    [Fact]
    public async Task Json_log_lines_are_json_each_and_standard_output_holds_the_ready_line_alone()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--log-format", "json", "--log-level", "debug");
        await server.StopAsync();

        Assert.StartsWith("ready http=http://127.0.0.1:", Assert.Single(server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.All(server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    private static void PauseRedisOf(TestDirectory data) => OrleansChat.Redis.PosixSignals.Pause(data.PrivateRedisPid!.Value);
}
