using System.Collections.Immutable;
using System.Net.WebSockets;

namespace OrleansChat.Peers;

/// <summary>A WebSocket says by <c>?in=ROOM&amp;to=ROOM</c> where it listens and where it sends; frames go through as they are. Nothing is stored, parsed or answered: the limit of the front.</summary>
internal sealed class Relay
{
    private ImmutableDictionary<string, ImmutableArray<Listener>> _rooms = ImmutableDictionary<string, ImmutableArray<Listener>>.Empty;

    public async Task ConnectAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || (string?)http.Request.Query["in"] is not { } room || (string?)http.Request.Query["to"] is not { } to)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var listener = new Listener(socket);
        ImmutableInterlocked.AddOrUpdate(ref _rooms, room, _ => [listener], (_, all) => all.Add(listener));
        try
        {
            await RelayAsync(socket, to);
        }
        catch (WebSocketException)
        {
            // The client went away without saying so.
        }
        finally
        {
            ImmutableInterlocked.AddOrUpdate(ref _rooms, room, _ => [], (_, all) => all.Remove(listener));
        }
    }

    private async Task RelayAsync(WebSocket socket, string to)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            foreach (var listener in _rooms.GetValueOrDefault(to, []))
            {
                await listener.SendAsync(buffer.AsMemory(0, read.Count), read.EndOfMessage);
            }
        }
    }

    private sealed class Listener(WebSocket socket) : IDisposable
    {
        private readonly SemaphoreSlim _one = new(1, 1);

        public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool end)
        {
            await _one.WaitAsync();
            try
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, end, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // It is leaving; its own loop ends it.
            }
            finally
            {
                _one.Release();
            }
        }

        public void Dispose() => _one.Dispose();
    }
}
