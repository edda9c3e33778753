using OrleansChat.Conversations;
using OrleansChat.Recovery;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>A socket that comes back.</summary>
/// <param name="Pid">Its secret.</param>
/// <param name="Record">What is stored of it.</param>
/// <param name="Positions">How far its client has heard.</param>
internal sealed record ReturningSocket(string Pid, SocketRecord Record, Dictionary<string, KnownPosition> Positions);

/// <summary>Stores what it takes to take up a socket whose connection was lost, within 2 minutes, on any node.</summary>
internal sealed partial class SocketRecovery(IRecoveryStore store, ILogger<SocketRecovery> logger)
{
    /// <summary>How long after its connection was lost a socket may come back.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(2);

    // While connected a record is kept until the next sign of life and for the window after that.
    private static readonly TimeSpan WhileConnected = Window + TimeSpan.FromSeconds(45);

    private const int MaxPid = 64;
    private const int MaxOffset = 8192;

    /// <summary>The socket that a client says it was; null when it was none, or too long ago.</summary>
    public async Task<ReturningSocket?> FindAsync(string pid, string offset)
    {
        if (pid.Length is 0 or > MaxPid || offset.Length > MaxOffset || await store.FindAsync(pid) is not { } stored)
        {
            return null;
        }

        if (SocketRecord.Read(stored) is not { } record || SocketPositions.Read(offset, record.Bases) is not { } positions)
        {
            return null;
        }

        record.KeepBase(SocketPositions.BaseOf(offset));
        return new ReturningSocket(pid, record, positions);
    }

    /// <summary>Stores a record.</summary>
    /// <exception cref="StorageUnavailableException">Not now.</exception>
    public Task SaveAsync(string pid, SocketRecord record) => store.SaveAsync(pid, record.ToJson(), WhileConnected);

    /// <summary>Stores a new base, from which offsets are short again. Should storage be away the old ones stay good.</summary>
    public async Task RebaseAsync(string pid, SocketRecord record, SocketPositions positions)
    {
        int number = record.AddBase(positions.Now);
        try
        {
            await SaveAsync(pid, record);
            positions.Rebase(number);
        }
        catch (StorageUnavailableException unavailable)
        {
            record.Bases.Remove(number);
            LogNotStored(unavailable);
        }
    }

    /// <summary>The client is there.</summary>
    public void Alive(string pid) => _ = TryAsync(() => store.KeepAsync(pid, WhileConnected));

    /// <summary>The connection was lost: from now on it counts.</summary>
    public Task LostAsync(string pid) => TryAsync(() => store.KeepAsync(pid, Window));

    /// <summary>The client has left and will not come back.</summary>
    public Task ForgetAsync(string pid) => TryAsync(() => store.ForgetAsync(pid));

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (StorageUnavailableException unavailable)
        {
            LogNotStored(unavailable);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "What a socket needs to come back could not be stored")]
    private partial void LogNotStored(Exception failure);
}
