using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Network;
using OrleansChat.Chaos.Nodes;

namespace OrleansChat.Chaos.Clients;

/// <summary>A back end at the RESP door: one connection sends with <c>IM.GSEND</c>, another waits in <c>IM.RECIVE</c> and goes on after the last id, on any node.</summary>
internal sealed class RespActor(string client, string group, IReadOnlyList<Func<int>> ports, Recorder recorder, double perSecond, CancellationToken end) : IActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private string _last = "0";
    private int _made;

    public string Client { get; } = client;

    private string User => Client.Split('/')[0];

    private string Conversation => $"group:{group}";

    public long LastSeen(string conversation) => 0;

    public async Task RunAsync(CancellationToken stop)
    {
        // The feed begins with the first message kept: whatever comes first is the first.
        recorder.Write(at => new Started(at, Client, "feed", Conversation, "", -1, true));
        await Task.WhenAll(StayAsync(0, ReceiveAsync, stop), StayAsync(1, SendAsync, stop));
    }

    private async Task StayAsync(int turn, Func<RespStream, CancellationToken, Task> visit, CancellationToken stop)
    {
        for (; !stop.IsCancellationRequested; turn++)
        {
            try
            {
                using TcpClient tcp = new() { NoDelay = true };
                await tcp.ConnectAsync("127.0.0.1", ports[turn % ports.Count](), stop);
                using RespStream resp = new(tcp.GetStream());
                await AskAsync(resp, stop, "AUTH", ChaosNode.RespKey);
                await visit(resp, stop);
            }
            catch (Exception lost) when (lost is SocketException or IOException or TimeoutException or OperationCanceledException)
            {
                // The next node.
            }

            await Pace.ForAsync(200, CancellationToken.None);
        }
    }

    private async Task ReceiveAsync(RespStream resp, CancellationToken stop)
    {
        while (true)
        {
            object? answer = await AskAsync(resp, stop, "IM.RECIVE", User, "START", _last, "COUNT", "200", "BLOCK", "1000");
            if (answer is not object?[] feeds)
            {
                continue;
            }

            foreach (object?[] entry in ((object?[])((object?[])feeds[0]!)[1]!).Cast<object?[]>())
            {
                _last = Text(entry[0]);
                Take((object?[])entry[1]!);
            }
        }
    }

    private void Take(object?[] fields)
    {
        Dictionary<string, string> named = [];
        for (int i = 0; i + 1 < fields.Length; i += 2)
        {
            named[Text(fields[i])] = Text(fields[i + 1]);
        }

        if (named.TryGetValue("gid", out string? id) && id == group && named.TryGetValue("text", out string? text) && !named.ContainsKey("action"))
        {
            recorder.Write(at => new Delivered(at, Client, "feed", Conversation, "", 0, named["uid"], "text", null, text));
        }
    }

    private async Task SendAsync(RespStream resp, CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1 / perSecond));
        while (await timer.WaitForNextTickAsync(stop) && !end.IsCancellationRequested)
        {
            string text = $"entry {_made++} of {Client}";
            long op = recorder.NextOp();
            recorder.Write(at => new Invoked(at, Client, "sender", op, "send", Conversation, null, text));
            string? error = "lost";
            long seq = 0;
            try
            {
                object? answer = await AskAsync(resp, stop, "IM.GSEND", User, group, "text", text);
                error = answer as string;
                if (answer is byte[])
                {
                    seq = long.Parse(Text(answer).Split('-')[1], CultureInfo.InvariantCulture);
                    recorder.CountAck();
                }
            }
            finally
            {
                recorder.Write(at => new Answered(at, Client, op, error, null, seq));
            }
        }

        await Task.Delay(Timeout.Infinite, stop);
    }

    private static async Task<object?> AskAsync(RespStream resp, CancellationToken stop, params string[] command)
    {
        resp.Write([.. command.Select(Encoding.UTF8.GetBytes)]);
        await resp.FlushAsync(stop).WaitAsync(Patience, stop);
        return await resp.ReadAsync(stop).WaitAsync(Patience, stop);
    }

    private static string Text(object? value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString() ?? "";
}
