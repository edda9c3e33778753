using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Gateway.Delivery;
using OrleansChat.Presence;
using OrleansChat.Streams;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>
/// Who is online anywhere in the cluster, through whatever door, as this node knows it; tells the sockets of this node who comes and goes.
/// Announcements may be lost: after an interruption the whole list is read again and compared.
/// </summary>
internal sealed partial class LobbyPresence(
    [FromKeyedServices(ChatStreams.Provider)] IStreamProvider streams, IPresence presence, TimeProvider time, ILogger<LobbyPresence> logger)
    : IAsyncObserver<Announcement>, IDisposable
{
    private const int Page = 200;

    private static readonly TimeSpan ReadRetry = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SortedSet<string> _online = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<LobbySocket, bool> _sockets = new();
    private readonly SemaphoreSlim _starting = new(1);
    private StreamSubscriptionHandle<Announcement>? _subscription;
    private HashSet<string>? _touched;
    private volatile bool _started;

    /// <summary>Begins to listen, unless it does already.</summary>
    /// <exception cref="StorageUnavailableException">Not now.</exception>
    public async Task StartAsync()
    {
        if (_started)
        {
            return;
        }

        await _starting.WaitAsync();
        try
        {
            if (!_started)
            {
                // The stream first, once: who comes while the list is read must not be missed.
                _subscription ??= await streams.GetStream<Announcement>(StreamId.Create(ChatStreams.Presence, ChatStreams.Everybody)).SubscribeAsync(this);
                await ReadAllAsync();
                _started = true;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A socket wants to hear who comes and goes.</summary>
    public void Add(LobbySocket socket) => _sockets[socket] = true;

    public void Remove(LobbySocket socket) => _sockets.TryRemove(socket, out _);

    /// <summary>Names of people online in ordinal order, the first so many.</summary>
    public IReadOnlyList<string> Names(int most)
    {
        lock (_gate)
        {
            return [.. _online.Take(most)];
        }
    }

    /// <inheritdoc />
    public Task OnNextAsync(Announcement item, StreamSequenceToken? token = null)
    {
        if (item.Kind == AnnouncementKind.Interrupted)
        {
            _ = ReadAgainAsync();
        }
        else if (item.Kind == AnnouncementKind.Event && ReadEvent(item.Payload) is { } news)
        {
            lock (_gate)
            {
                _touched?.Add(news.User);
                Set(news.User, news.Online);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task OnErrorAsync(Exception ex) => OnNextAsync(new Announcement(AnnouncementKind.Interrupted, default));

    public void Dispose() => _starting.Dispose();

    private static (string User, bool Online)? ReadEvent(ReadOnlyMemory<byte> payload)
    {
        JsonElement json = JsonElement.Parse(payload.Span);
        return json.TryGetProperty("user", out JsonElement user) && json.TryGetProperty("state", out JsonElement state) && user.GetString() is { } name
            ? (name, !state.ValueEquals("offline"))
            : null;
    }

    private async Task ReadAgainAsync()
    {
        await _starting.WaitAsync();
        try
        {
            while (!await TryReadAllAsync())
            {
                await Task.Delay(ReadRetry, time);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<bool> TryReadAllAsync()
    {
        try
        {
            await ReadAllAsync();
            return true;
        }
        catch (StorageUnavailableException unavailable)
        {
            LogReadFailed(unavailable);
            return false;
        }
    }

    private async Task ReadAllAsync()
    {
        lock (_gate)
        {
            _touched = new HashSet<string>(StringComparer.Ordinal);
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            Page<string> page = await presence.OnlineAsync(after, Page);
            found.UnionWith(page.Items);
            after = page.Next;
        }
        while (after is not null);
        lock (_gate)
        {
            // Who came or went while the pages were read is known better from that.
            foreach (string user in found.Where(user => !_touched!.Contains(user)))
            {
                Set(user, online: true);
            }

            foreach (string user in _online.Where(user => !found.Contains(user) && !_touched!.Contains(user)).ToArray())
            {
                Set(user, online: false);
            }

            _touched = null;
        }
    }

    // Called under the lock, so that every socket hears the changes of one person in their order.
    private void Set(string user, bool online)
    {
        if (online ? !_online.Add(user) : !_online.Remove(user))
        {
            return;
        }

        ChatEvent? news = null;
        foreach ((LobbySocket socket, _) in _sockets)
        {
            socket.Deliver(news ??= LobbyEvents.UsersChanged(user, online));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of people online could not be read; it will be read again")]
    private partial void LogReadFailed(Exception failure);
}
