using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Clients;

/// <summary>Somebody with telnet at the line door: no numbers, no client ids, nothing is sent again.</summary>
internal sealed class LineActor(string client, string password, string group, IReadOnlyList<Func<int>> ports, Recorder recorder, double perSecond, CancellationToken end) : IActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private int _sessions;
    private int _made;

    public string Client { get; } = client;

    public long LastSeen(string conversation) => 0;

    public async Task RunAsync(CancellationToken stop)
    {
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            try
            {
                await VisitAsync(ports[turn % ports.Count](), stop);
            }
            catch (Exception lost) when (lost is SocketException or IOException or TimeoutException or OperationCanceledException)
            {
                // The next node.
            }

            await Pace.ForAsync(200, CancellationToken.None);
        }
    }

    private async Task VisitAsync(int port, CancellationToken stop)
    {
        using TcpClient tcp = new() { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", port, stop).AsTask().WaitAsync(Patience, stop);
        using StreamReader reader = new(tcp.GetStream(), new UTF8Encoding(false));
        string user = Client.Split('/')[0];
        await WriteAsync(tcp, $"NICK {user} {password}", stop);
        await WriteAsync(tcp, $"JOIN {group}", stop);
        string session = $"s{++_sessions}";
        recorder.Write(at => new Started(at, Client, session, $"group:{group}", "", -1, true));
        ConcurrentQueue<(long Op, string Text)> asked = new();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task saying = Task.CompletedTask;
        try
        {
            while (await reader.ReadLineAsync(stop).AsTask().WaitAsync(Patience, stop) is { } line)
            {
                if (line.StartsWith("OK JOIN", StringComparison.Ordinal))
                {
                    saying = SayAsync(tcp, session, asked, over.Token);
                }

                Read(line, session, asked);
            }
        }
        finally
        {
            await over.CancelAsync();
            await saying;
            while (asked.TryDequeue(out (long Op, string Text) unanswered))
            {
                recorder.Write(at => new Answered(at, Client, unanswered.Op, "lost"));
            }
        }
    }

    private void Read(string line, string session, ConcurrentQueue<(long Op, string Text)> asked)
    {
        string conversation = $"group:{group}";
        if (line.StartsWith($"* SAY {group} ", StringComparison.Ordinal))
        {
            string[] parts = line.Split(' ', 5);
            recorder.Write(at => new Delivered(at, Client, session, conversation, "", 0, parts[3], "text", null, parts[4]));
        }
        else if (line.StartsWith("OK SAY ", StringComparison.Ordinal) && asked.TryDequeue(out (long Op, string Text) taken))
        {
            recorder.CountAck();
            recorder.Write(at => new Answered(at, Client, taken.Op, null, null, long.Parse(line.AsSpan(7), CultureInfo.InvariantCulture)));
        }
        else if (line.StartsWith("ERR ", StringComparison.Ordinal) && asked.TryDequeue(out (long Op, string Text) refused))
        {
            recorder.Write(at => new Answered(at, Client, refused.Op, line[4..]));
        }
    }

    private async Task SayAsync(TcpClient tcp, string session, ConcurrentQueue<(long Op, string Text)> asked, CancellationToken over)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1 / perSecond));
        try
        {
            // One at a time: the answers say nothing of what they answer. After the end only signs of life go out.
            while (await timer.WaitForNextTickAsync(over))
            {
                if (end.IsCancellationRequested || !asked.IsEmpty)
                {
                    await WriteAsync(tcp, string.Empty, over);
                    continue;
                }

                string text = $"line {_made++} of {Client}";
                long op = recorder.NextOp();
                asked.Enqueue((op, text));
                recorder.Write(at => new Invoked(at, Client, session, op, "send", $"group:{group}", null, text));
                await WriteAsync(tcp, $"SAY {group} {text}", over);
            }
        }
        catch (Exception lost) when (lost is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader sees the end, and says which sends were not answered.
        }
    }

    private static async Task WriteAsync(TcpClient tcp, string line, CancellationToken stop) =>
        await tcp.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stop);
}
