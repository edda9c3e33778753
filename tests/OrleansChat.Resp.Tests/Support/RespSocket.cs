using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Resp.Tests.Support;

/// <summary>A client that sends exactly what a test says and shows replies as text: <c>OK</c>, <c>:1</c>, <c>-ERR ...</c>, <c>(nil)</c>, <c>[a, [b]]</c>.</summary>
public sealed class RespSocket : IAsyncDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private Stream? _stream;
    private Stream? _reading;

    public static async Task<RespSocket> ConnectAsync(int port)
    {
        var socket = new RespSocket();
        await socket._tcp.ConnectAsync(IPAddress.Loopback, port).WithinAsync();
        socket._stream = socket._tcp.GetStream();
        socket._reading = new BufferedStream(socket._stream, 64 * 1024);
        return socket;
    }

    /// <summary>A request as clients write it.</summary>
    public static byte[] Encode(params string[] words)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public async Task SendAsync(params string[] words) => await _stream!.WriteAsync(Encode(words));

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await _stream!.WriteAsync(bytes);

    public async Task SendRawAsync(string text) => await _stream!.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>No more requests come; replies are still read.</summary>
    public void EndSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    public async Task<string> CallAsync(params string[] words)
    {
        await SendAsync(words);
        return await ReadAsync();
    }

    /// <summary>The next reply as text.</summary>
    public async Task<string> ReadAsync() => Show(await ReadValueAsync().WithinAsync(what: "a reply"));

    /// <summary>A reply of <c>IM.RECIVE</c>: ids and fields.</summary>
    public async Task<List<FeedMessage>> ReceiveAsync(params string[] words)
    {
        await SendAsync(["IM.RECIVE", .. words]);
        return await ReadFeedAsync();
    }

    public async Task<List<FeedMessage>> ReadFeedAsync(TimeSpan? deadline = null)
    {
        object? value = await ReadValueAsync().WithinAsync(deadline, "a reply of IM.RECIVE");
        if (value is null)
        {
            return [];
        }

        Assert.True(value is List<object?>, Show(value));
        var feed = (List<object?>)Assert.Single((List<object?>)value)!;
        return [.. ((List<object?>)feed[1]!).Select(item => new FeedMessage((List<object?>)item!))];
    }

    /// <summary>Whether the server has closed the connection.</summary>
    public async Task<bool> IsClosedAsync() => await _reading!.ReadAsync(new byte[1]).AsTask().WithinAsync(what: "the end of the connection") == 0;

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    public static string Show(object? value) => value switch
    {
        null => "(nil)",
        long number => string.Create(CultureInfo.InvariantCulture, $":{number}"),
        List<object?> items => $"[{string.Join(", ", items.Select(Show))}]",
        _ => value.ToString()!,
    };

    private async Task<object?> ReadValueAsync()
    {
        string line = await ReadLineAsync();
        switch (line[0])
        {
            case '+':
                return line[1..];
            case '-':
                return line;
            case ':':
                return long.Parse(line[1..], CultureInfo.InvariantCulture);
            case '_':
                return null;
            case '$':
                int length = int.Parse(line[1..], CultureInfo.InvariantCulture);
                if (length < 0)
                {
                    return null;
                }

                byte[] bytes = new byte[length + 2];
                await _reading!.ReadExactlyAsync(bytes);
                return Encoding.UTF8.GetString(bytes, 0, length);
            case '*' or '>' or '%':
                int count = int.Parse(line[1..], CultureInfo.InvariantCulture) * (line[0] == '%' ? 2 : 1);
                if (count < 0)
                {
                    return null;
                }

                var items = new List<object?>(count);
                for (int i = 0; i < count; i++)
                {
                    items.Add(await ReadValueAsync());
                }

                return items;
            default:
                throw new InvalidDataException($"'{line}' is no reply.");
        }
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (line.Count < 2 || line[^1] != (byte)'\n')
        {
            await _reading!.ReadExactlyAsync(one);
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line[..^2]]);
    }
}

/// <summary>An entry of a feed.</summary>
public sealed class FeedMessage(List<object?> item)
{
    public string Id { get; } = (string)item[0]!;

    public string Fields { get; } = string.Join(' ', (List<object?>)item[1]!);

    public string? this[string name]
    {
        get
        {
            var fields = (List<object?>)item[1]!;
            int at = fields.IndexOf(name);
            return at < 0 ? null : (string?)fields[at + 1];
        }
    }
}
