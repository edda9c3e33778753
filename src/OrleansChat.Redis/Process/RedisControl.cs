using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Redis.Pipelines;

namespace OrleansChat.Redis;

/// <summary>
/// One plain connection for the few administrative commands around a Redis process (PING, INFO, CONFIG GET, SHUTDOWN).
/// The client library hides what these need to tell apart: refused, loading, wrong password, no answer.
/// </summary>
internal sealed class RedisControl : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly PipeReader _reader;
    private readonly Stream _stream;

    private RedisControl(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
        _reader = PipeReader.Create(_stream);
    }

    /// <summary>The connection itself, for who goes on with it after the last answer; this still closes it.</summary>
    public Socket Socket => _client.Client;

    /// <summary>Connects and signs in. Throws <see cref="SocketException"/>, <see cref="IOException"/> or <see cref="RedisReplyException"/>.</summary>
    public static async Task<RedisControl> ConnectAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        TcpClient client = new() { NoDelay = true };
        try
        {
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            RedisControl control = new(client);
            if (address.Password is not null)
            {
                await control.CallAsync(["AUTH", address.Password], cancellationToken);
            }

            return control;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command and returns its reply as lines: one for a simple reply, one per item of an array.</summary>
    public async Task<IReadOnlyList<string>> CallAsync(string[] command, CancellationToken cancellationToken)
    {
        await SendAsync(command, cancellationToken);
        List<string> reply = [];
        for (int pending = 1; pending > 0; pending--)
        {
            pending += await ReadItemAsync(reply, cancellationToken);
        }

        return reply;
    }

    /// <summary>Sends one command without waiting for its reply: a server that shuts down gives none.</summary>
    public async Task SendAsync(string[] command, CancellationToken cancellationToken)
    {
        RespBuffer buffer = new();
        buffer.Command(command.Length);
        foreach (string word in command)
        {
            buffer.Text(word);
        }

        await _stream.WriteAsync(buffer.Written, cancellationToken);
    }

    /// <summary>The fields of <c>INFO</c>: of one section, or of all.</summary>
    public async Task<IReadOnlyDictionary<string, string>> InfoAsync(CancellationToken cancellationToken, string? section = null)
    {
        IReadOnlyList<string> reply = await CallAsync(section is null ? ["INFO"] : ["INFO", section], cancellationToken);
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (string line in reply[0].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != '#')
            {
                fields[line[..colon]] = line[(colon + 1)..];
            }
        }

        return fields;
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        _client.Dispose();
    }

    // Returns how many further items the one read here announces (an array's).
    private async Task<int> ReadItemAsync(List<string> reply, CancellationToken cancellationToken)
    {
        string line = Encoding.UTF8.GetString(await ReadUntilAsync(FindLine, cancellationToken));
        string rest = line.Length > 0 ? line[1..] : "";
        switch (line.Length > 0 ? line[0] : '\0')
        {
            case '+' or ':':
                reply.Add(rest);
                return 0;
            case '-':
                throw new RedisReplyException(rest);
            case '*':
                return Math.Max(0, ParseLength(rest));
            case '$' when ParseLength(rest) is var length:
                reply.Add(length < 0 ? "" : Encoding.UTF8.GetString(await ReadUntilAsync(buffer => FindBlock(buffer, length), cancellationToken)));
                return 0;
            default:
                throw new IOException("The answer is not in the Redis protocol.");
        }
    }

    private async Task<byte[]> ReadUntilAsync(Func<ReadOnlySequence<byte>, long> find, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await _reader.ReadAsync(cancellationToken);
            long length = find(read.Buffer);
            if (length >= 0)
            {
                byte[] bytes = read.Buffer.Slice(0, length).ToArray();
                _reader.AdvanceTo(read.Buffer.GetPosition(length + 2));
                return bytes;
            }

            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                throw new IOException("The server closed the connection.");
            }
        }
    }

    private static long FindLine(ReadOnlySequence<byte> buffer)
    {
        SequenceReader<byte> reader = new(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8) ? line.Length : -1;
    }

    private static long FindBlock(ReadOnlySequence<byte> buffer, int length) => buffer.Length >= length + 2 ? length : -1;

    private static int ParseLength(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int length)
            ? length
            : throw new IOException("The answer is not in the Redis protocol.");
}

/// <summary>Redis answered with an error; the message is its text, such as <c>LOADING ...</c> or <c>WRONGPASS ...</c>.</summary>
internal sealed class RedisReplyException(string message) : Exception(message)
{
    public bool IsLoading => Message.StartsWith("LOADING", StringComparison.Ordinal);

    public bool IsAuthentication => Message.StartsWith("WRONGPASS", StringComparison.Ordinal)
        || Message.StartsWith("NOAUTH", StringComparison.Ordinal)
        || Message.StartsWith("ERR invalid password", StringComparison.Ordinal)
        || Message.StartsWith("ERR Client sent AUTH", StringComparison.Ordinal)
        || Message.StartsWith("ERR AUTH", StringComparison.Ordinal);
}
