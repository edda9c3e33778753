using System.Net;
using System.Net.Sockets;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>Starts of the real program that cannot succeed: one line on standard error, and an exit code that tells why.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Help_and_version_exit_with_0_and_print_no_escapes_into_a_pipe()
    {
        (int helpCode, string help, _) = await RunAsync("--help");
        (int versionCode, string version, _) = await RunAsync("--version");

        Assert.Equal((0, 0), (helpCode, versionCode));
        Assert.Contains("--redis", help, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', help);
        Assert.StartsWith("OrleansChat ", version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_exit_with_2_and_one_line_each()
    {
        (int code, string output, string errors) = await RunAsync("--http", "x", "--guests", "y");

        Assert.Equal((2, ""), (code, output));
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("orleanschat: --", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_port_exits_with_1_and_one_line()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();

        await FailsAsync($"--http {other.LocalEndpoint}: another program listens there: stop it, or give another address", "--http", $"{other.LocalEndpoint}");
    }

    [Fact]
    public async Task A_foreign_address_exits_with_1_and_one_line() =>
        await FailsAsync("--http 192.0.2.1:8080: this machine has no such address: give one of its own, or * for all", "--http", "192.0.2.1:8080");

    [Fact]
    public async Task A_Redis_that_is_not_there_exits_with_1_and_one_line()
    {
        int port = FreePort.Next();

        await FailsAsync(
            $"Redis at 127.0.0.1:{port} cannot be reached (Connection refused): start it, or give another address with --redis",
            "--http", "127.0.0.1:0", "--redis", $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task A_Redis_that_never_answers_exits_with_1_after_5_seconds()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();

        await FailsAsync(
            $"Redis at {silent.LocalEndpoint} did not answer within 5 s: start it, or give another address with --redis",
            "--http", "127.0.0.1:0", "--redis", $"{silent.LocalEndpoint}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong")]
    public async Task A_Redis_that_refuses_the_password_exits_with_1_and_does_not_show_it(string password)
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(new RedisServerOptions { AppendOnly = false, Password = "secret" });

        await FailsAsync(
            $"Redis at {redis.Endpoint} refused to let us in: check the password in --redis host:port,password=...",
            "--http", "127.0.0.1:0", "--redis", redis.Endpoint + password);
    }

    [Fact]
    public async Task A_Redis_that_evicts_exits_with_1_and_says_what_to_set()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync(
            new RedisServerOptions { AppendOnly = false, Settings = ["maxmemory 100mb", "maxmemory-policy allkeys-lru"] });

        await FailsAsync(
            $"Redis at {redis.Endpoint} would evict messages (maxmemory-policy allkeys-lru): run CONFIG SET maxmemory-policy noeviction, and set it in its configuration file",
            "--http", "127.0.0.1:0", "--redis", redis.Endpoint);
    }

    [Fact]
    public async Task A_missing_redis_server_exits_with_1_and_the_command_that_installs_it()
    {
        await using TestDirectory empty = new();
        ServerProcessOptions options = new()
        {
            Arguments = ["--http", "127.0.0.1:0"],
            Environment = new Dictionary<string, string> { ["PATH"] = empty.Path },
        };

        await FailsAsync(
            "redis-server was not found: install it (Debian, Ubuntu: sudo apt-get install redis-server; Fedora: sudo dnf install redis), or name a running one with --redis host:port",
            options);
    }

    private static Task FailsAsync(string line, params string[] arguments) => FailsAsync(line, new ServerProcessOptions { Arguments = arguments });

    private static async Task FailsAsync(string line, ServerProcessOptions options)
    {
        (int code, string output, string errors) = await RunAsync(options);
        Assert.Equal((1, "", $"orleanschat: {line}\n"), (code, output, errors));
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync(new ServerProcessOptions { Arguments = arguments });

    private static async Task<(int Code, string Output, string Errors)> RunAsync(ServerProcessOptions options)
    {
        await using ServerProcess server = ServerProcess.Launch(options);
        return (await server.WaitForExitAsync(), server.Output, server.Errors);
    }
}
