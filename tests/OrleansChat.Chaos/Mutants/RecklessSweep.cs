using Microsoft.Extensions.Options;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Presence;
using OrleansChat.Redis.Users;

namespace OrleansChat.Chaos.Mutants;

/// <summary>Takes every other node for dead: what it follows and its sessions are removed while it lives.</summary>
internal sealed class RecklessSweep(INodeLeases leases, RedisConnection redis, IOptions<UserTimes> times, NodeIdentity self, NodeBoard board) : INodeLeases
{
    public Task<bool> AcquireAsync(string node) => leases.AcquireAsync(node);

    public Task<bool> RenewAsync(string node) => leases.RenewAsync(node);

    public Task ReleaseAsync(string node) => leases.ReleaseAsync(node);

    public async Task<int> SweepAsync()
    {
        NodeSweep sweep = new(redis, new SessionBook(redis, times));
        foreach (string node in (await redis.ExecuteAsync("SMEMBERS", RedisKeys.Nodes)).Texts().Where(node => node != self.Current))
        {
            board.CountPlanted();
            await sweep.RunAsync(node);
        }

        return 0;
    }
}
