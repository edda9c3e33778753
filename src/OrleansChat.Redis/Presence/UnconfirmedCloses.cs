using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansChat.Redis.Presence;

/// <summary>
/// Sessions whose closing Redis did not confirm. They are closed as soon as it answers again: otherwise people would stay online
/// until this node ends. No more than there were sessions.
/// </summary>
internal sealed partial class UnconfirmedCloses : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Channel<(string User, string Session, string? Node)> _waiting =
        Channel.CreateUnbounded<(string User, string Session, string? Node)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stopped = new();
    private readonly SessionBook _book;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;

    public UnconfirmedCloses(SessionBook book, TimeProvider time, ILogger logger)
    {
        _book = book;
        _time = time;
        _logger = logger;
        _running = RunAsync();
    }

    public void Add(string user, string session, string? node, StorageUnavailableException failure)
    {
        LogUnconfirmed(failure, user, session);
        _waiting.Writer.TryWrite((user, session, node));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_waiting.Writer.TryComplete())
        {
            return;
        }

        await _stopped.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopped.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach ((string user, string session, string? node) in _waiting.Reader.ReadAllAsync(_stopped.Token).ConfigureAwait(false))
            {
                while (!await TryAsync(user, session, node).ConfigureAwait(false))
                {
                    await Task.Delay(Again, _time, _stopped.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // What is left belongs to this node and goes with its lease.
        }
    }

    private async Task<bool> TryAsync(string user, string session, string? node)
    {
        try
        {
            await _book.CloseAsync(user, session, node, again: true).ConfigureAwait(false);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One session that cannot be closed must not keep the others open.
            LogGivenUp(failure, user, session);
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether session {Session} of {User} is closed is not known; it is tried until Redis answers.")]
    private partial void LogUnconfirmed(Exception failure, string user, string session);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} of {User} cannot be closed; it stays until this node ends.")]
    private partial void LogGivenUp(Exception failure, string user, string session);
}
