using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using OrleansChat.Chaos.Checking;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Clients;

/// <summary>The answer to a send, whatever the door.</summary>
/// <param name="Error">The error's name; null when it was taken.</param>
/// <param name="Retry">Whether it may be sent again.</param>
/// <param name="Ok">What the answer says of the message.</param>
internal sealed record Sent(string? Error, bool Retry, JsonElement Ok = default)
{
    public static Sent Taken(JsonElement ok) => new(null, false, ok);
}

/// <summary>
/// Somebody at a door of the HTTP port, in one group: goes from node to node, hears, and sends one message after the other, each with one client
/// id until it is taken or refused.
/// </summary>
internal abstract class DoorActor(string client, IReadOnlyList<Uri> nodes, Recorder recorder, double perSecond, CancellationToken end) : IActor
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private readonly Dictionary<string, ChatPosition> _positions = [];
    private readonly Lock _gate = new();
    private string? _letter;
    private int _sessions;
    private int _made;

    public string Client { get; } = client;

    protected string User => Client.Split('/')[0];

    protected Recorder Recorder { get; } = recorder;

    /// <summary>The group that it writes to.</summary>
    protected static string Group => Running.Cast.Room;

    public long LastSeen(string conversation)
    {
        lock (_gate)
        {
            return _positions.TryGetValue(conversation, out ChatPosition? position) ? position.Seq : 0;
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            try
            {
                await VisitAsync(nodes[turn % nodes.Count], $"s{++_sessions}", over.Token);
            }
            catch (Exception lost) when (lost is HttpRequestException or WebSocketException or SocketException or IOException or TimeoutException or OperationCanceledException)
            {
                // The next node.
            }

            await over.CancelAsync();
            await Pace.ForAsync(200, CancellationToken.None);
        }
    }

    /// <summary>One connection, until it ends.</summary>
    protected abstract Task VisitAsync(Uri node, string session, CancellationToken over);

    /// <summary>Where it is in all conversations.</summary>
    protected Dictionary<string, ChatPosition> Positions()
    {
        lock (_gate)
        {
            return new(_positions);
        }
    }

    /// <summary>Takes the answer to a sync: from where on the session is owed everything.</summary>
    protected void Synced(string session, JsonElement answer)
    {
        JsonElement recovered = answer.GetProperty("recovered");
        foreach (JsonElement summary in answer.GetProperty("conversations").EnumerateArray())
        {
            string conversation = summary.GetProperty("conversation").GetString()!;
            bool resumes = recovered.TryGetProperty(conversation, out JsonElement yes) && yes.GetBoolean() && LastSeen(conversation) > 0;
            ChatPosition position = new(summary.GetProperty("epoch").GetString()!, resumes ? LastSeen(conversation) : summary.GetProperty("last").GetInt64());
            lock (_gate)
            {
                _positions[conversation] = position;
            }

            Recorder.Write(at => new Started(at, Client, session, conversation, position.Epoch, position.Seq, resumes));
        }
    }

    /// <summary>Takes a message as the native door tells it.</summary>
    protected void Take(string session, JsonElement message)
    {
        string conversation = message.GetProperty("conversation").GetString()!;
        long seq = message.GetProperty("seq").GetInt64();
        string epoch;
        lock (_gate)
        {
            epoch = _positions.TryGetValue(conversation, out ChatPosition? position) ? position.Epoch : "";
            _positions[conversation] = new ChatPosition(epoch, seq);
        }

        Recorder.Write(at => new Delivered(
            at, Client, session, conversation, epoch, seq, message.GetProperty("from").GetString()!, message.GetProperty("kind").GetString()!,
            message.TryGetProperty("clientId", out JsonElement id) ? id.GetString() : null,
            message.TryGetProperty("text", out JsonElement text) ? text.GetString() : null));
    }

    /// <summary>Sends at a pace while the connection lasts, and after the end of the run only what was not answered.</summary>
    protected async Task SendAsync(string session, Func<string, string, CancellationToken, Task<Sent>> send, CancellationToken over)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1 / perSecond));
        while (await timer.WaitForNextTickAsync(over))
        {
            if (_letter is null && end.IsCancellationRequested)
            {
                continue;
            }

            string letter = _letter ??= $"{Client.Replace('/', '.')}.{_made++}";
            string text = ConversationLog.TextFor(letter);
            long op = Recorder.NextOp();
            Recorder.Write(at => new Invoked(at, Client, session, op, "send", Group, letter, text));
            Sent sent = new("lost", true);
            try
            {
                sent = await send(letter, text, over).WaitAsync(Patience, over);
            }
            finally
            {
                Recorder.Write(at => Answer(at, op, sent));
            }

            if (!sent.Retry)
            {
                _letter = null;
            }
        }
    }

    /// <summary>Runs until the first of them ends or fails, and then no longer.</summary>
    protected static async Task FirstOfAsync(CancellationToken over, params Func<CancellationToken, Task>[] parts)
    {
        using CancellationTokenSource rest = CancellationTokenSource.CreateLinkedTokenSource(over);
        Task[] all = [.. parts.Select(part => part(rest.Token))];
        await Task.WhenAny(all);
        await rest.CancelAsync();
        await Task.WhenAll(all);
    }

    private Answered Answer(long at, long op, Sent sent)
    {
        if (sent.Error is not null)
        {
            return new Answered(at, Client, op, sent.Error);
        }

        Recorder.CountAck();
        return new Answered(
            at, Client, op, null, sent.Ok.GetProperty("epoch").GetString(), sent.Ok.GetProperty("seq").GetInt64(),
            sent.Ok.TryGetProperty("duplicate", out JsonElement again) && again.GetBoolean());
    }
}
