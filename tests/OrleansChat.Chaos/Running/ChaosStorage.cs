using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Network;
using OrleansChat.Redis;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Running;

/// <summary>The redis-server that the nodes use, perhaps one that follows it and can take its place, perhaps on a disk that can be filled.</summary>
internal sealed class ChaosStorage : IAsyncDisposable
{
    private readonly FlakyProxy _link = new();
    private readonly RedisFixture _onDisk;
    private RedisFixture? _replica;

    private ChaosStorage(RedisFixture primary, RedisFixture? replica, SmallDisk? disk)
    {
        Primary = primary;
        _onDisk = primary;
        _replica = replica;
        Disk = disk;
    }

    public RedisFixture Primary { get; private set; }

    /// <summary>The one that follows; null where there is none.</summary>
    public RedisFixture? Replica => _replica;

    /// <summary>Where the primary keeps its files, when that can be filled.</summary>
    public SmallDisk? Disk { get; }

    public static async Task<ChaosStorage> StartAsync(RunOptions options, bool replicated, SmallDisk? disk)
    {
        RedisServerOptions settings = new()
        {
            Settings = [$"appendfsync {options.AppendFsync}", "enable-debug-command yes", "save \"\"", "repl-diskless-sync-delay 0"],
        };
        RedisFixture primary = await RedisFixture.StartAsync(
            disk is null ? settings : settings with { Settings = [.. settings.Settings, $"dir \"{disk.Path}\""] });
        RedisFixture? replica = null;
        try
        {
            replica = replicated ? await RedisFixture.StartAsync(settings) : null;
            ChaosStorage storage = new(primary, replica, disk);
            if (replica is not null)
            {
                await storage.FollowAsync(replica);
            }

            return storage;
        }
        catch
        {
            await primary.DisposeAsync();
            await (replica?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>
    /// The link to the replica is lost, then the primary; the replica takes its place, without what had not reached it, and the old primary
    /// comes back as its replica.
    /// </summary>
    /// <param name="lag">How long the link was lost before the primary was.</param>
    /// <param name="pause">How long nobody is primary.</param>
    /// <param name="moved">Brings the nodes to the new one.</param>
    public async Task FailOverAsync(TimeSpan lag, TimeSpan pause, Action<int> moved)
    {
        (RedisFixture old, RedisFixture next) = (Primary, _replica ?? throw new InvalidOperationException("There is no replica."));

        // So that it is known what must be there: whatever was acknowledged before this began.
        long told = await RedisAdmin.OffsetAsync(old.Port, "master_repl_offset");
        await Eventually.TrueAsync(async () => await RedisAdmin.OffsetAsync(next.Port, "slave_repl_offset") >= told, what: "the replica has what was acknowledged");
        _link.Stall(true);
        await Pace.ForAsync(lag);
        await old.Server.KillAsync();
        _link.Target = 0;
        _link.Cut();
        _link.Stall(false);
        await Pace.ForAsync(pause);
        await RedisAdmin.AskAsync(next.Port, "REPLICAOF", "NO", "ONE");
        (Primary, _replica) = (next, old);
        moved(next.Port);
        await old.Server.RestartAsync();
        await FollowAsync(old);
    }

    /// <summary>
    /// Leaves no room on the disk for a while. A Redis that writes before it answers ends itself then, and is started again when there is room.
    /// </summary>
    public async Task FillDiskAsync(TimeSpan time)
    {
        SmallDisk disk = Disk ?? throw new InvalidOperationException("There is no disk that can be filled.");
        disk.Fill();
        await Pace.ForAsync(time);
        disk.Free();
        if (!_onDisk.Server.IsRunning)
        {
            await _onDisk.Server.RestartAsync();
            if (_onDisk == _replica)
            {
                await FollowAsync(_onDisk);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await (_replica?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _link.DisposeAsync();
        Disk?.Dispose();
    }

    private async Task FollowAsync(RedisFixture replica)
    {
        _link.Target = Primary.Port;
        await RedisAdmin.AskAsync(replica.Port, "REPLICAOF", "127.0.0.1", $"{_link.Port}");
        await Eventually.TrueAsync(() => RedisAdmin.IsFollowingAsync(replica.Port), what: "the replica follows");
    }
}
