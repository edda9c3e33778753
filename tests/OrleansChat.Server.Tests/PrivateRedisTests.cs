using System.Diagnostics;
using OrleansChat.Redis;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Server.Tests;

public sealed class PrivateRedisTests : IAsyncDisposable
{
    private readonly TestDirectory _data = new();

    public ValueTask DisposeAsync() => _data.DisposeAsync();

    [Fact]
    public async Task It_keeps_every_write_evicts_nothing_and_asks_for_a_password_that_only_the_owner_can_read()
    {
        await using ServerProcess server = await StartAsync();
        await using RedisConnectionOf redis = await ConnectAsync(server);

        Assert.Equal(["yes", "everysec", "noeviction", ""], await redis.ConfigAsync("appendonly", "appendfsync", "maxmemory-policy", "save"));
        Assert.Equal(["127.0.0.1"], await redis.ConfigAsync("bind"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(PasswordFile).UnixFileMode);
        Assert.DoesNotContain(Password, File.ReadAllText($"/proc/{_data.PrivateRedisPid}/cmdline"), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, server.Output + server.Errors, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(server.Ready["redis"] + ",connectRetry=0"));
    }

    [Fact]
    public async Task It_is_stopped_with_the_server_and_its_data_is_there_at_the_next_start()
    {
        int pid;
        await using (ServerProcess first = await StartAsync())
        {
            pid = _data.PrivateRedisPid!.Value;
            await using RedisConnectionOf redis = await ConnectAsync(first);
            await redis.Database.StringSetAsync("kept", "yes");
            Assert.Equal(0, await first.StopAsync());
        }

        Assert.False(IsRunning(pid));
        Assert.Null(_data.PrivateRedisPid);
        await using ServerProcess second = await StartAsync();
        await using RedisConnectionOf again = await ConnectAsync(second);
        Assert.Equal("yes", await again.Database.StringGetAsync("kept"));
    }

    [Fact]
    public async Task It_is_adopted_by_the_next_start_after_a_crash()
    {
        await using ServerProcess crashed = await StartAsync();
        int? pid = _data.PrivateRedisPid;
        await crashed.KillAsync();
        Assert.True(IsRunning(pid!.Value));

        await using ServerProcess next = await StartAsync();

        Assert.Equal(pid, _data.PrivateRedisPid);
        Assert.Equal(crashed.Ready["redis"], next.Ready["redis"]);
        Assert.Equal(0, await next.StopAsync());
        Assert.False(IsRunning(pid.Value));
    }

    [Fact]
    public async Task One_that_died_with_the_server_is_replaced_even_where_its_process_id_lives_on_as_another()
    {
        await using ServerProcess crashed = await StartAsync();
        await crashed.KillAsync();
        int dead = _data.PrivateRedisPid!.Value;
        PosixSignals.Kill(dead);
        await Eventually.TrueAsync(() => !IsRunning(dead));
        string record = Path.Combine(_data.Path, "redis", "private-redis.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace($":{dead},", $":{Environment.ProcessId},", StringComparison.Ordinal));

        await using ServerProcess next = await StartAsync();

        Assert.NotEqual(Environment.ProcessId, _data.PrivateRedisPid);
        Assert.True(IsRunning(_data.PrivateRedisPid!.Value));
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_in_one_line_and_harms_nothing()
    {
        await using ServerProcess first = await StartAsync();
        await using ServerProcess second = ServerProcess.Launch(new ServerProcessOptions { Arguments = ["--http", "127.0.0.1:0", "--data", _data.Path] });

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Equal(
            $"orleanschat: the data directory {_data.Path} is in use by another server (process {first.Pid}): stop that one, or give another directory with --data\n",
            second.Errors);
        await using RedisConnectionOf redis = await ConnectAsync(first);
        Assert.True(await redis.Database.PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task It_is_started_again_on_the_same_port_when_it_dies()
    {
        await using ServerProcess server = await StartAsync();
        await using (RedisConnectionOf before = await ConnectAsync(server))
        {
            await before.Database.StringSetAsync("kept", "yes");
        }

        int killed = _data.PrivateRedisPid!.Value;
        PosixSignals.Kill(killed);
        await Eventually.ValueAsync(() => Task.FromResult(_data.PrivateRedisPid), pid => pid is not null && pid != killed);

        await using RedisConnectionOf after = await ConnectAsync(server);
        Assert.Equal("yes", await after.Database.StringGetAsync("kept"));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Its_session_is_not_that_of_the_server_so_that_an_interrupt_of_the_terminal_passes_it_by()
    {
        await using ServerProcess server = await StartAsync();

        Assert.Equal(_data.PrivateRedisPid, SessionOf(_data.PrivateRedisPid!.Value));
        Assert.NotEqual(SessionOf(server.Pid), SessionOf(_data.PrivateRedisPid.Value));
    }

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync("--data", _data.Path);

    private Task<RedisConnectionOf> ConnectAsync(ServerProcess server) => RedisConnectionOf.OpenAsync(server.Ready["redis"], Password);

    private string PasswordFile => Path.Combine(_data.Path, "redis", "password");

    private string Password => File.ReadAllText(PasswordFile);

    // The sixth field of stat(5), counted behind the name in brackets.
    private static int SessionOf(int pid) =>
        int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);

    private static bool IsRunning(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
