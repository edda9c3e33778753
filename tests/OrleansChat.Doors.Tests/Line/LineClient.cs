using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Line;

/// <summary>A plain TCP client that speaks lines, as nc does.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly List<string> _heard = [];
    private StreamReader? _reader;

    /// <summary>Every line that came, in order.</summary>
    public IReadOnlyList<string> Heard => _heard;

    public static Task<LineClient> ConnectAsync(ServerProcess server) => ConnectAsync(server, new LineClient());

    private static async Task<LineClient> ConnectAsync(ServerProcess server, LineClient client)
    {
        string[] address = server.Ready["line"].Split(':');
        await client._tcp.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture)).WithinAsync(what: "the connection");
        client._reader = new StreamReader(client._tcp.GetStream(), new UTF8Encoding(false, throwOnInvalidBytes: true));
        return client;
    }

    /// <summary>Connects and says NICK.</summary>
    public static async Task<LineClient> SignInAsync(ServerProcess server, string name, string? password = null)
    {
        LineClient client = await ConnectAsync(server);
        Assert.Equal($"OK NICK {name}", await client.AskAsync(password is null ? $"NICK {name}" : $"NICK {name} {password}"));
        return client;
    }

    /// <summary>The same for somebody who will not read: little lies between the server and them.</summary>
    public static async Task<LineClient> SignInDeafAsync(ServerProcess server, string name)
    {
        var client = new LineClient();
        client._tcp.ReceiveBufferSize = 4096;
        await ConnectAsync(server, client);
        Assert.Equal($"OK NICK {name}", await client.AskAsync($"NICK {name}"));
        return client;
    }

    public Task SendAsync(string line) => SendAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public Task SendAsync(byte[] bytes) => _tcp.GetStream().WriteAsync(bytes).AsTask().WithinAsync(what: "the write");

    /// <summary>Ends this side only, as nc does at the end of its input.</summary>
    public void EndInput() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The next line; null when the server has closed.</summary>
    public async Task<string?> ReadAsync()
    {
        string? line = await _reader!.ReadLineAsync().WithinAsync(what: $"the next line after {string.Join(" | ", _heard.TakeLast(5))}");
        if (line is not null)
        {
            _heard.Add(line);
        }

        return line;
    }

    /// <summary>Sends a line and reads up to its answer, which is returned.</summary>
    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line);
        return await AnswerAsync();
    }

    /// <summary>The next answer: a line that begins with OK or ERR.</summary>
    public async Task<string> AnswerAsync() => (await ReadUntilAsync(line => line is null || line.StartsWith("OK ", StringComparison.Ordinal) || line.StartsWith("ERR ", StringComparison.Ordinal)))[^1];

    /// <summary>Reads up to this line.</summary>
    public Task HearAsync(string line) => ReadUntilAsync(next => next is null ? throw new InvalidOperationException($"closed before: {line}") : next == line);

    /// <summary>Sends a line and returns everything up to and including its answer.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string line)
    {
        await SendAsync(line);
        return await ReadUntilAsync(next => next is null || next.StartsWith("OK ", StringComparison.Ordinal) || next.StartsWith("ERR ", StringComparison.Ordinal));
    }

    /// <summary>Says something and returns the own message as it is shown and the answer: in this order, unless the door has waited for the message for a second.</summary>
    public async Task<IReadOnlyList<string>> SayAsync(string line)
    {
        long asked = TimeProvider.System.GetTimestamp();
        IReadOnlyList<string> lines = await ListAsync(line);
        return lines.Count == 1 && TimeProvider.System.GetElapsedTime(asked) >= TimeSpan.FromSeconds(1) ? [await ReadAsync() ?? "(closed)", .. lines] : lines;
    }

    /// <summary>Everything up to the close.</summary>
    public async Task<IReadOnlyList<string>> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadAsync() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _tcp.Dispose();
    }

    private async Task<IReadOnlyList<string>> ReadUntilAsync(Func<string?, bool> last)
    {
        var lines = new List<string>();
        while (true)
        {
            string? line = await ReadAsync();
            lines.Add(line ?? "(closed)");
            if (last(line))
            {
                return lines;
            }
        }
    }
}
