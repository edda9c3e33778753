using System.Net.WebSockets;
using System.Text;

namespace OrleansChat.Load;

/// <summary>A WebSocket that signs in and then only answers heartbeats.</summary>
internal sealed class IdleWebSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Measurement _measurement;
    private readonly byte[] _buffer = new byte[4096];

    private IdleWebSocket(Measurement measurement) => _measurement = measurement;

    public static async Task<IdleWebSocket> ConnectAsync(IdleDoorContext context, int index, string path, CancellationToken cancel)
    {
        var socket = new IdleWebSocket(context.Measurement);
        try
        {
            var url = context.Options.UrlOf(index);
            await socket._socket.ConnectAsync(new Uri($"ws://{url.Authority}{path}"), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task SendAsync(string text, CancellationToken cancel)
        => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancel);

    /// <summary>Reads until a message has this text in it.</summary>
    /// <exception cref="LoadException">The connection ended first.</exception>
    public async Task UntilAsync(string wanted, CancellationToken cancel)
    {
        while (await ReadAsync(cancel) is { } message)
        {
            if (message.Contains(wanted, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new LoadException($"The server closed the connection and did not say {wanted}.");
    }

    /// <summary>From here on heartbeats are answered and everything else is passed over; an end is a violation.</summary>
    public void Rest(string heartbeat, string answer) => _ = AnswerAsync(heartbeat, answer);

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync(string heartbeat, string answer)
    {
        try
        {
            while (await ReadAsync(CancellationToken.None) is { } message)
            {
                if (message.EndsWith(heartbeat, StringComparison.Ordinal))
                {
                    await SendAsync(answer, CancellationToken.None);
                }
            }
        }
        catch (Exception broken) when (broken is WebSocketException or ObjectDisposedException && _measurement.IsOver)
        {
            return;
        }
        catch (WebSocketException broken)
        {
            _measurement.Violation($"A connection broke: {broken.Message}");
            return;
        }

        if (!_measurement.IsOver)
        {
            _measurement.Violation("A connection was ended by the server.");
        }
    }

    private async Task<string?> ReadAsync(CancellationToken cancel)
    {
        var text = new StringBuilder();
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(), cancel);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Append(Encoding.UTF8.GetString(_buffer, 0, read.Count));
            if (read.EndOfMessage)
            {
                return text.ToString();
            }
        }
    }
}
