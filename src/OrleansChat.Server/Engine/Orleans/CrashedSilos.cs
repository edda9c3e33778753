using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace OrleansChat.Server.Engine;

/// <summary>
/// Declares dead, while this silo joins, those that have crashed. A silo joins when every active one has answered it; Orleans looks for silos
/// that have fallen silent only when the list of members changes, so that one that starts alone after a crash would wait for its
/// predecessor for minutes. Who neither listens nor has said in Redis that it is alive, three times over, is gone.
/// </summary>
internal sealed partial class CrashedSilos(
    IMembershipTable table, ILocalSiloDetails self, IOptions<ClusterMembershipOptions> options, TimeProvider time, ILogger<CrashedSilos> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _silentAfter = options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<CrashedSilos>(ServiceLifecycleStage.ValidateInitialConnectivity, BuryAsync);

    private async Task BuryAsync(CancellationToken cancellation)
    {
        HashSet<SiloAddress> answered = [self.SiloAddress];
        while (await LookAsync(answered, cancellation))
        {
            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    // Whether somebody is left of whom it is not known whether they are alive.
    private async Task<bool> LookAsync(HashSet<SiloAddress> answered, CancellationToken cancellation)
    {
        MembershipTableData members = await table.ReadAll();
        bool unknown = false;
        foreach ((MembershipEntry entry, string etag) in members.Members)
        {
            if (entry.Status != SiloStatus.Active || answered.Contains(entry.SiloAddress))
            {
                continue;
            }

            if (await ListensAsync(entry.SiloAddress, cancellation))
            {
                answered.Add(entry.SiloAddress);
            }
            else if (IsSilent(entry))
            {
                entry.Status = SiloStatus.Dead;
                if (await table.UpdateRow(entry, etag, members.Version.Next()))
                {
                    LogBuried(entry.SiloAddress);
                }

                // The table has another version now.
                return true;
            }
            else
            {
                unknown = true;
            }
        }

        return unknown;
    }

    private bool IsSilent(MembershipEntry entry)
    {
        DateTime said = entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime;
        return time.GetUtcNow().UtcDateTime - DateTime.SpecifyKind(said, DateTimeKind.Utc) > _silentAfter;
    }

    private async Task<bool> ListensAsync(SiloAddress silo, CancellationToken cancellation)
    {
        using CancellationTokenSource deadline = new(ConnectWithin, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using Socket socket = new(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo.Endpoint, both.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException || deadline.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Silo {Silo} has crashed: it does not listen and has said nothing for a while")]
    private partial void LogBuried(SiloAddress silo);
}
