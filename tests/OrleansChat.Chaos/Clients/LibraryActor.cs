using OrleansChat.Chaos.Checking;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Clients;

/// <summary>The client library, which reconnects, resumes and resends by itself.</summary>
internal sealed class LibraryActor(string client, string token, IReadOnlyList<Uri> nodes, Recorder recorder) : IActor, IAsyncDisposable
{
    private readonly Dictionary<string, string> _epochs = [];
    private readonly Dictionary<string, long> _last = [];
    private readonly Errands _errands = new();
    private readonly Lock _gate = new();
    private readonly ChatClient _chat = new(new ChatClientOptions
    {
        Addresses = nodes,
        Token = token,
        MaxInFlightPerConversation = 4,
        MaxBackoff = TimeSpan.FromSeconds(1),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        CallTimeout = TimeSpan.FromSeconds(5),
    });

    private int _waiting;

    public string Client { get; } = client;

    public int Waiting => Volatile.Read(ref _waiting);

    public long LastSeen(string conversation)
    {
        lock (_gate)
        {
            return _last.GetValueOrDefault(conversation);
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        Task connecting = _chat.ConnectAsync(stop);
        try
        {
            await foreach (ChatEvent happened in _chat.Events.ReadAllAsync(stop))
            {
                Take(happened);
            }

            await connecting;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the run.
        }
    }

    public ValueTask DisposeAsync() => _chat.DisposeAsync();

    /// <summary>Sends at a pace, one message after the other in each conversation; the library resends.</summary>
    public async Task SendAsync(IReadOnlyList<string> conversations, double perSecond, CancellationToken end)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1 / perSecond));
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            if (Waiting < 8)
            {
                _errands.Add(SendAsync(conversations[i % conversations.Count], $"{Client.Replace('/', '.')}.{i}"));
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        await _errands.DoneAsync();
    }

    private async Task SendAsync(string conversation, string clientId)
    {
        string text = ConversationLog.TextFor(clientId);
        long op = recorder.NextOp();
        recorder.Write(at => new Invoked(at, Client, clientId, op, "send", conversation, clientId, text));
        Interlocked.Increment(ref _waiting);
        try
        {
            SendAck ack = await _chat.SendAsync(conversation, text, clientId);
            recorder.CountAck();
            recorder.Write(at => new Answered(at, Client, op, null, ack.Epoch, ack.Seq, ack.Duplicate));
        }
        catch (ChatException refused)
        {
            recorder.Write(at => new Answered(at, Client, op, refused.Name));
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void Take(ChatEvent happened)
    {
        switch (happened)
        {
            case ConnectedEvent connected:
                foreach (ChatSummary summary in connected.Conversations)
                {
                    _epochs[summary.Conversation] = summary.Epoch;
                    if (!_last.ContainsKey(summary.Conversation))
                    {
                        Start(summary.Conversation, summary.Last, true);
                    }
                }

                break;
            case ConversationEvent changed:
                _epochs[changed.Summary.Conversation] = changed.Summary.Epoch;
                break;
            case ConversationResetEvent reset:
                _epochs[reset.Conversation] = reset.Position.Epoch;
                Start(reset.Conversation, reset.Position.Seq, false);
                break;
            case ConversationRemovedEvent removed:
                Start(removed.Conversation, -1, true);
                lock (_gate)
                {
                    _last.Remove(removed.Conversation);
                }

                break;
            case MessageEvent { Message: var message }:
                lock (_gate)
                {
                    _last[message.Conversation] = message.Seq;
                }

                recorder.Write(at => new Delivered(
                    at, Client, "library", message.Conversation, _epochs.GetValueOrDefault(message.Conversation, ""), message.Seq, message.From, message.Kind, message.ClientId, message.Text));
                break;
        }
    }

    private void Start(string conversation, long after, bool recovered)
    {
        lock (_gate)
        {
            _last[conversation] = after;
        }

        recorder.Write(at => new Started(at, Client, "library", conversation, _epochs.GetValueOrDefault(conversation, ""), after, recovered));
    }
}
