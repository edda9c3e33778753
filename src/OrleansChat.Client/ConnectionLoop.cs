using System.Net.WebSockets;

namespace OrleansChat.Client;

/// <summary>Keeps a client connected: one connection after the other, at one address after the other, until the server says not to come back.</summary>
internal sealed class ConnectionLoop(ChatClientOptions options, PositionBook positions, Inbox inbox, Outbox outbox, ConnectionGate gate)
{
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);
    private readonly Backoff _backoff = new(options.FirstBackoff, options.MaxBackoff, options.Random);
    private bool _synced;
    private bool _everSynced;

    /// <summary>Returns how the last connection ended.</summary>
    public async Task<NativeClose> RunAsync(CancellationToken cancel)
    {
        for (int turn = 0, failures = 0; ; turn++)
        {
            var start = options.Time.GetTimestamp();
            inbox.Bye = null;
            _synced = false;
            var close = await OneAsync(options.Addresses[turn % options.Addresses.Count], cancel).ConfigureAwait(false);
            if (cancel.IsCancellationRequested)
            {
                return new NativeClose((int)WebSocketCloseStatus.NormalClosure, "The client was disposed.");
            }

            if (!close.MayReconnect || inbox.Bye is { Reconnect: false })
            {
                inbox.Report(new DisconnectedEvent(close));
                return close;
            }

            if (_synced)
            {
                inbox.Report(new DisconnectedEvent(close));
            }

            // A connection that stood for a while was a success; one that breaks at once must not be tried without pause.
            failures = _synced && options.Time.GetElapsedTime(start) > Lasting ? 1 : failures + 1;
            if (!_everSynced && failures >= options.FirstAttempts)
            {
                return close;
            }

            try
            {
                await Task.Delay(Wait(failures), options.Time, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new NativeClose((int)WebSocketCloseStatus.NormalClosure, "The client was disposed.");
            }
        }
    }

    private TimeSpan Wait(int failures)
        => _backoff.Delay(failures) + TimeSpan.FromMilliseconds(Math.Clamp(inbox.Bye?.After ?? 0, 0, 60_000));

    private async Task<NativeClose> OneAsync(Uri address, CancellationToken cancel)
    {
        try
        {
            var token = options.TokenProvider is { } provider ? await provider(cancel).ConfigureAwait(false) : options.Token;
            var connection = await ConnectAsync(address, token, cancel).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await UseAsync(connection, cancel).ConfigureAwait(false);
            }
        }
        catch (ChatClosedException refused)
        {
            return refused.Close;
        }
        catch (ChatException refused)
        {
            // Raised by the token provider, or by the server in answer to sync.
            return new NativeClose(refused.Retry ? NativeClose.Broken : NativeClose.BadToken, refused.Message, refused);
        }
        catch (Exception unreachable) when (unreachable is WebSocketException or HttpRequestException or TimeoutException or IOException or OperationCanceledException)
        {
            return new NativeClose(NativeClose.Broken, unreachable.Message, unreachable);
        }
    }

    private async Task<NativeConnection> ConnectAsync(Uri address, string? token, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        return await NativeConnection.ConnectAsync(
            address, new NativeConnectionOptions { Token = token }, inbox.Receive, either.Token).ConfigureAwait(false);
    }

    private async Task<NativeClose> UseAsync(NativeConnection connection, CancellationToken cancel)
    {
        try
        {
            var resync = new Resync(connection, positions, inbox, options.Time, options.ConnectTimeout);
            await resync.SyncAsync(await connection.Hello.ConfigureAwait(false), cancel).ConfigureAwait(false);
            _synced = _everSynced = true;
            inbox.HoleFound = resync.Repair;
            if (positions.HasHoles)
            {
                resync.Repair();
            }

            outbox.Attach(connection);
            gate.Open(connection);
            return await connection.Closed.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            inbox.HoleFound = null;
            outbox.Detach();
            gate.Shut();
        }
    }
}
