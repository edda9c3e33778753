using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansChat.Load;

/// <summary>A TCP connection that signs in and then only reads.</summary>
internal sealed class IdleStream : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Measurement _measurement;

    private IdleStream(Measurement measurement) => _measurement = measurement;

    public static async Task<IdleStream> ConnectAsync(IdleDoorContext context, IPEndPoint address, CancellationToken cancel)
    {
        var stream = new IdleStream(context.Measurement);
        try
        {
            await stream._socket.ConnectAsync(address, cancel);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public async Task SendAsync(string text, CancellationToken cancel) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), cancel);

    /// <summary>Reads until a text has come.</summary>
    /// <exception cref="LoadException">It did not come: the connection ended, or said much else.</exception>
    public async Task UntilAsync(string wanted, CancellationToken cancel)
    {
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            var read = await _socket.ReceiveAsync(buffer, cancel);
            if (read == 0 || seen.Length > 1 << 20)
            {
                throw new LoadException($"The server did not say {wanted} but: {seen}");
            }

            seen.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }

    /// <summary>From here on whatever comes is read and passed over; an end is a violation.</summary>
    public void Rest() => _ = ReadAsync();

    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        // One byte of buffer each would do; the generator's memory is not what is measured.
        var buffer = new byte[1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException && _measurement.IsOver)
        {
            return;
        }
        catch (SocketException broken)
        {
            _measurement.Violation($"A connection broke: {broken.Message}");
            return;
        }

        if (!_measurement.IsOver)
        {
            _measurement.Violation("A connection was ended by the server.");
        }
    }
}
