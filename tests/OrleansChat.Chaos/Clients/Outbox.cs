using OrleansChat.Chaos.Checking;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Clients;

/// <summary>Sends, keeps what was not answered, and sends it again with the same client id until it is taken or refused for good.</summary>
internal sealed class Outbox(string client, Recorder recorder, Func<Link?> link, Func<string, long> lastSeen)
{
    private const int Window = 16;
    private const int Retries = 200;
    private readonly Queue<Letter> _again = new();
    private readonly List<(string Conversation, long Seq)> _own = [];
    private readonly Errands _errands = new();
    private readonly Lock _gate = new();
    private int _waiting;
    private int _made;

    /// <summary>How many sends are neither taken nor refused.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The own messages that were taken, for edits and the like.</summary>
    public (string Conversation, long Seq)? Own(Random random)
    {
        lock (_gate)
        {
            return _own.Count == 0 ? null : _own[random.Next(_own.Count)];
        }
    }

    /// <summary>Sends at a pace until it is told to end, then only what still waits.</summary>
    public async Task RunAsync(IReadOnlyList<string> conversations, double perSecond, CancellationToken end, CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1 / perSecond));
        while (!stop.IsCancellationRequested && (!end.IsCancellationRequested || Waiting > 0))
        {
            if (link() is { } present && !present.Chat.Closed.IsCompleted)
            {
                if (Next(conversations, end.IsCancellationRequested) is { } letter)
                {
                    _errands.Add(SendAsync(present, letter));
                }
            }

            await timer.WaitForNextTickAsync();
        }

        await _errands.DoneAsync();
    }

    /// <summary>Sends one message at once, so that it begins after whatever has returned.</summary>
    public void SendNow(string conversation)
    {
        if (link() is not { } present)
        {
            return;
        }

        Letter letter;
        lock (_gate)
        {
            _waiting++;
            letter = Write(conversation);
        }

        _errands.Add(SendAsync(present, letter));
    }

    private Letter Write(string conversation) => new(conversation, $"{client.Replace('/', '.')}.{_made++}", lastSeen(conversation), 0);

    private Letter? Next(IReadOnlyList<string> conversations, bool ending)
    {
        lock (_gate)
        {
            if (_again.TryDequeue(out Letter? again))
            {
                return again;
            }

            if (ending || _waiting >= Window)
            {
                return null;
            }

            _waiting++;
            return Write(conversations[_made % conversations.Count]);
        }
    }

    private async Task SendAsync(Link present, Letter letter)
    {
        Question question = new("send", letter.Conversation, letter.ClientId, letter.Text);
        NativeReply reply = await present.Chat.AskAsync(recorder, client, present.Session, question, "send", writer =>
        {
            writer.WriteString("conversation", letter.Conversation);
            writer.WriteString("clientId", letter.ClientId);
            writer.WriteString("text", letter.Text);
            if (letter.Attempts > 0)
            {
                writer.WriteNumber("after", letter.After);
            }
        });
        lock (_gate)
        {
            if (reply.Error is { Retry: true } && letter.Attempts < Retries)
            {
                _again.Enqueue(letter with { Attempts = letter.Attempts + 1 });
                return;
            }

            _waiting--;
            if (reply.IsOk)
            {
                _own.Add((letter.Conversation, reply.Ok().GetProperty("seq").GetInt64()));
            }
        }
    }

    /// <summary>A message until it is taken.</summary>
    /// <param name="Conversation">Where it goes.</param>
    /// <param name="ClientId">Its id.</param>
    /// <param name="After">The last number known when it was first sent: from where a late resend is looked for.</param>
    /// <param name="Attempts">How often it went out before.</param>
    private sealed record Letter(string Conversation, string ClientId, long After, int Attempts)
    {
        public string Text => ConversationLog.TextFor(ClientId);
    }
}
