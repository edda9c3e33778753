using System.Net.WebSockets;
using System.Text.Json;
using OrleansChat.Chaos.Checking;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Clients;

/// <summary>
/// A client on the native door that mends nothing: it records what the server does, and when it loses a connection it goes to
/// the next node and says how far it came.
/// </summary>
internal sealed partial class NativeActor : IActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private readonly IReadOnlyList<Uri> _nodes;
    private readonly string _token;
    private readonly Recorder _recorder;
    private readonly Random _random;
    private readonly Dictionary<string, ChatPosition> _positions = [];
    private readonly Dictionary<string, string> _epochs = [];
    private readonly Lock _gate = new();
    private volatile TaskCompletionSource? _hold;
    private volatile Link? _link;
    private int _sessions;
    private int _counts;

    public NativeActor(string client, string token, IReadOnlyList<Uri> nodes, Recorder recorder, int seed)
    {
        Client = client;
        _token = token;
        _nodes = nodes;
        _recorder = recorder;
        _random = new Random(seed);
        Outbox = new Outbox(client, recorder, () => _link, LastSeen);
    }

    public string Client { get; }

    public string User => Client.Split('/')[0];

    public Outbox Outbox { get; }

    /// <summary>The present connection; null between two.</summary>
    public Link? Link => _link;

    /// <summary>The last number that came.</summary>
    public long LastSeen(string conversation)
    {
        lock (_gate)
        {
            return _positions.TryGetValue(conversation, out ChatPosition? position) ? position.Seq : 0;
        }
    }

    /// <summary>Stops reading, or goes on.</summary>
    public void Hold(bool on)
    {
        if (on)
        {
            _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else if (Interlocked.Exchange(ref _hold, null) is { } hold)
        {
            hold.SetResult();
        }
    }

    /// <summary>Breaks the connection.</summary>
    public void Cut() => _link?.Chat.Abort();

    /// <summary>Asks on the present connection; null when there is none.</summary>
    public async Task<NativeReply?> AskAsync(Question question, string wire, Action<Utf8JsonWriter> parameters) =>
        _link is { } link ? await link.Chat.AskAsync(_recorder, Client, link.Session, question, wire, parameters) : null;

    /// <summary>Stays connected until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (int turn = _random.Next(_nodes.Count); !stop.IsCancellationRequested; turn++)
        {
            try
            {
                await VisitAsync(_nodes[turn % _nodes.Count], stop);
            }
            catch (Exception lost) when (lost is WebSocketException or ChatException or TimeoutException or IOException or OperationCanceledException)
            {
                // A node that is gone or stands still: the next one.
            }

            _link = null;
            await Pace.ForAsync(_random.Next(50, 300), CancellationToken.None);
        }
    }

    /// <summary>Lets another device of the same user ask for summaries, and records what they count.</summary>
    public async Task CountAsync()
    {
        using CancellationTokenSource late = new(Patience);
        NativeConnectionOptions options = new() { Token = _token };
        try
        {
            await using NativeConnection chat = await NativeConnection.ConnectAsync(_nodes[Interlocked.Increment(ref _counts) % _nodes.Count], options, late.Token);
            long asked = _recorder.Now;
            Count(asked, await chat.SyncAsync(cancel: late.Token));
        }
        catch (Exception lost) when (lost is WebSocketException or ChatException or OperationCanceledException)
        {
            // Nothing was counted.
        }
    }

    private async Task VisitAsync(Uri node, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        NativeConnectionOptions options = new() { Token = _token, EventCapacity = 256, KeepAlive = TimeSpan.FromSeconds(3) };
        await using NativeConnection chat = await NativeConnection.ConnectAsync(node, options, late.Token);
        string session = $"s{++_sessions}";
        ForgetResync();
        await SyncAsync(chat, session).WaitAsync(Patience, stop);
        _link = new Link(chat, session);
        await ReadAsync(chat, session, stop);
    }

    private async Task SyncAsync(NativeConnection chat, string session)
    {
        Dictionary<string, ChatPosition> positions;
        lock (_gate)
        {
            positions = new(_positions);
        }

        long asked = _recorder.Now;
        Resume(session, positions, asked, await chat.SyncAsync(positions));
    }

    /// <summary>What the answer to a sync says is owed from here on.</summary>
    private void Resume(string session, Dictionary<string, ChatPosition> positions, long asked, SyncResult synced)
    {
        Count(asked, synced);
        foreach (ChatSummary summary in synced.Conversations)
        {
            bool recovered = positions.TryGetValue(summary.Conversation, out ChatPosition? position) && synced.Recovered.GetValueOrDefault(summary.Conversation);
            if (position is null)
            {
                // The question named no place in it. It may have come meanwhile: nothing goes on there, nor is anybody told to start over.
                Forget(session, summary.Conversation);
            }

            Begin(session, summary.Conversation, new ChatPosition(summary.Epoch, recovered ? position!.Seq : summary.Last), recovered);
        }

        foreach (string gone in positions.Keys.Except(synced.Conversations.Select(summary => summary.Conversation)))
        {
            Forget(session, gone);
        }
    }

    private void Count(long asked, SyncResult synced)
    {
        foreach (ChatSummary summary in synced.Conversations)
        {
            _recorder.Write(at => new Counted(at, Client, asked, summary.Conversation, summary.Epoch, summary.Last, summary.Read, summary.Unread));
        }
    }

    private async Task ReadAsync(NativeConnection chat, string session, CancellationToken stop)
    {
        await foreach (NativeObject happened in chat.Events.ReadAllAsync(stop))
        {
            if (_hold is { } hold)
            {
                await Task.WhenAny(hold.Task, Pace.ForAsync(Patience, stop));
            }

            switch (happened.Event)
            {
                case "message":
                    Take(session, happened.Json.GetProperty("message"));
                    break;
                case "conversation":
                    JsonElement summary = happened.Json.GetProperty("summary");
                    lock (_gate)
                    {
                        _epochs[summary.GetProperty("conversation").GetString()!] = summary.GetProperty("epoch").GetString()!;
                    }

                    break;
                case "conversation.removed":
                    Forget(session, happened.Json.GetProperty("conversation").GetString()!);
                    break;
                case null when happened.ReplyTo == ResyncId:
                    Resynced(session, happened);
                    break;
            }
        }
    }

    private void Begin(string session, string conversation, ChatPosition position, bool recovered)
    {
        lock (_gate)
        {
            _positions[conversation] = position;
            _epochs[conversation] = position.Epoch;
        }

        _recorder.Write(at => new Started(at, Client, session, conversation, position.Epoch, position.Seq, recovered));
    }

    private void Forget(string session, string conversation)
    {
        lock (_gate)
        {
            _positions.Remove(conversation);
        }

        _recorder.Write(at => new Started(at, Client, session, conversation, "", -1, true));
    }

    private void Take(string session, JsonElement message)
    {
        string conversation = message.GetProperty("conversation").GetString()!;
        long seq = message.GetProperty("seq").GetInt64();
        string epoch;
        lock (_gate)
        {
            epoch = _epochs.GetValueOrDefault(conversation, "");
            if (epoch.Length > 0)
            {
                _positions[conversation] = new ChatPosition(epoch, seq);
            }
        }

        _recorder.Write(at => new Delivered(
            at, Client, session, conversation, epoch, seq, message.GetProperty("from").GetString()!, message.GetProperty("kind").GetString()!,
            message.TryGetProperty("clientId", out JsonElement id) ? id.GetString() : null,
            message.TryGetProperty("text", out JsonElement text) ? text.GetString() : null));
    }
}

/// <summary>A connection with its name in histories.</summary>
internal sealed record Link(NativeConnection Chat, string Session);
