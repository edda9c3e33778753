using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using OrleansChat.Redis.Connections;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Pipelines;

/// <summary>
/// Speaks to a client as Redis would until scripts are called or channels subscribed to: those wait until a test takes them, and get the bytes that it says.
/// </summary>
internal sealed class FakeRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<FakeCall> _calls = Channel.CreateUnbounded<FakeCall>();
    private readonly Task _accepting;

    public FakeRedis()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What <c>INFO cluster</c> answers.</summary>
    public string Cluster { get; set; } = "cluster_enabled:0";

    public RedisAddress Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public RedisOptions Options => new() { Configuration = Address.ToString(), Deadline = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>The next such call, of whatever connection.</summary>
    public Task<FakeCall> NextAsync() => _calls.Reader.ReadAsync(_closing.Token).AsTask().WithinAsync(what: "the next call");

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                while (await ReadAsync(reader) is { } words)
                {
                    var call = new FakeCall(words, client);
                    if (words[0] is "EVALSHA" or "EVAL" or "SUBSCRIBE")
                    {
                        await _calls.Writer.WriteAsync(call);
                    }
                    else
                    {
                        await call.AnswerAsync(words[0] == "INFO" ? $"${Cluster.Length}\r\n{Cluster}\r\n" : "+OK\r\n");
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The other side closed, or the test has ended.
            }
        }
    }

    private async Task<string[]?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_closing.Token) is not { } header)
        {
            return null;
        }

        var words = new string[int.Parse(header[1..], System.Globalization.CultureInfo.InvariantCulture)];
        for (int i = 0; i < words.Length; i++)
        {
            var word = new char[2 + int.Parse((await reader.ReadLineAsync(_closing.Token))![1..], System.Globalization.CultureInfo.InvariantCulture)];
            await reader.ReadBlockAsync(word, _closing.Token);
            words[i] = new string(word, 0, word.Length - 2);
        }

        return words;
    }
}

/// <summary>A command that waits for what the test answers.</summary>
internal sealed class FakeCall(string[] words, TcpClient client)
{
    /// <summary>The command, word by word; bytes as Latin-1.</summary>
    public string[] Words => words;

    public string Last => words[^1];

    public async Task AnswerAsync(string raw) => await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(raw));

    public void Close() => client.Close();
}
