using System.Threading.Channels;
using OrleansChat.Cli.Commands;
using OrleansChat.Cli.Conversations;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;

namespace OrleansChat.Cli.Live;

/// <summary>
/// One conversation, live: the last messages, then what comes, while the lines of the input are sent, each after the one before was
/// acknowledged. At the end of the input everything has been acknowledged and shown before the program leaves.
/// </summary>
internal sealed class Talk(CommandContext context, ChatClient chat, string conversation) : IDisposable
{
    private static readonly TimeSpan TypingPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(20);

    private readonly Follower _follower = new(
        chat, new EventLines(context.Screen, context.Me, withPlace: false), context.Screen, context.Me, new HashSet<string> { conversation });

    private readonly ReadMarks _marks = new(chat, conversation);
    private readonly SemaphoreSlim _news = new(0);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _shown;
    private long _typed = -1;
    private int _unsent;
    private int _refused;

    /// <summary>Runs until the input ends, the user is put out, or cancelled; returns the exit code.</summary>
    public async Task<int> RunAsync(int history, CancellationToken cancel)
    {
        _follower.Shown = NoteShown;
        _follower.Left = _ => _left.TrySetResult();
        try
        {
            await BeginAsync(history, cancel);
            await GoOnAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C is a way to leave.
        }

        return Result();
    }

    public void Dispose()
    {
        _follower.Dispose();
        _marks.Dispose();
        _news.Dispose();
    }

    private async Task BeginAsync(int count, CancellationToken cancel)
    {
        if (ConversationName.PeerOf(conversation, context.Me) is { } peer)
        {
            ChatUser user = await AskAsync(() => chat.UserAsync(peer, cancel), cancel);
            if (user.State is { } state)
            {
                _follower.Presence.Know(peer, state);
                context.Screen.Line(Part.Quiet($"* {peer} is {state}"));
            }
        }

        HistoryPage page = await AskAsync(() => chat.HistoryAsync(conversation, limit: Math.Max(1, count), cancel: cancel), cancel);
        SeenMarks seen = await AskAsync(() => SeenMarks.LoadAsync(chat, conversation, context.Me, cancel), cancel);
        EventLines lines = new(context.Screen, context.Me, withPlace: false);
        foreach (ChatMessage message in page.Messages.TakeLast(count))
        {
            lines.Message(message, seen.IsSeen(message));
        }

        _follower.Begin(conversation, page.Epoch, page.Last);
        NoteShown(page.Last, from: "");
    }

    private async Task GoOnAsync(CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task following = _follower.RunAsync(stop.Token);
        Task marking = _marks.RunAsync(stop.Token);
        Task<long> sending = SendAsync(Lines(), stop.Token);
        try
        {
            await await Task.WhenAny(following, marking, sending, _left.Task);
            if (sending.IsCompletedSuccessfully)
            {
                await SettleAsync(await sending, following, cancel);
            }
        }
        catch (ChatException refused) when (refused.Error.Code == ConversationName.NotMember)
        {
            // Marking as read heard of it before the news came.
            _left.TrySetResult();
        }
        finally
        {
            context.Screen.Prompt(null);
            await stop.CancelAsync();

            // What ended first is told by the exception; the others were only called off.
            await Task.WhenAll(following, marking, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken cancel) =>
        context.AboutAsync(conversation, () => chat.KeepTryingAsync(call, cancel));

    private void NoteShown(long seq, string from)
    {
        Volatile.Write(ref _shown, seq);
        _news.Release();

        // Sending moves the own mark by itself.
        if (seq > 0 && from != context.Me)
        {
            _marks.Raise(seq);
        }
    }

    private ChannelReader<string> Lines() =>
        Console.IsInputRedirected || Console.IsOutputRedirected || context.Screen.IsJson || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb"
            ? InputLines.Start(lines => InputLines.ReadAll(InputLines.Open(), lines))
            : InputLines.Start(new LineEditor(context.Screen, TellTyping).Run);

    /// <summary>Returns the number of the last message sent; 0 when there was none.</summary>
    private async Task<long> SendAsync(ChannelReader<string> lines, CancellationToken cancel)
    {
        long last = 0;
        await foreach (string line in lines.ReadAllAsync(cancel))
        {
            // In a pipe it is a text like any other.
            if (line == "/quit" && !Console.IsInputRedirected)
            {
                return last;
            }

            if (line.Length == 0)
            {
                continue;
            }

            _unsent++;
            try
            {
                last = (await chat.SendAsync(conversation, line, cancel: cancel)).Seq;
            }
            catch (ChatException refused) when (refused is not ChatClosedException)
            {
                _refused++;
                context.Screen.Notice($"not sent: {ConversationName.Explain(refused.Error, conversation, context.Me) ?? refused.Error.Message}");
            }

            _unsent--;
        }

        return last;
    }

    /// <summary>The own last line comes back as everybody sees it, and with it all that was said before; only then is the end.</summary>
    private async Task SettleAsync(long last, Task following, CancellationToken cancel)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(LastWait);
        try
        {
            while (Volatile.Read(ref _shown) < last && !following.IsCompleted)
            {
                await _news.WaitAsync(late.Token);
            }

            await _marks.FlushAsync(late.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            context.Screen.Notice($"left before #{last} was shown; it is stored");
        }
    }

    /// <summary>Tells the others, now and then.</summary>
    private void TellTyping()
    {
        long now = TimeProvider.System.GetTimestamp();
        if (_typed < 0 || TimeProvider.System.GetElapsedTime(_typed, now) > TypingPause)
        {
            _typed = now;
            _ = TellAsync();
        }

        // Nothing is lost with a call that fails: before the first message there is no conversation to type in.
        async Task TellAsync() => await chat.TypingAsync(conversation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private int Result()
    {
        if (_unsent > 0)
        {
            throw new CliException(ExitCodes.Unreachable, "left before every line was acknowledged: read the conversation to see what is stored");
        }

        return _left.Task.IsCompleted ? throw new CliException(ExitCodes.Refused, "you are no longer in this conversation")
            : _refused > 0 ? ExitCodes.Refused
            : ExitCodes.Ok;
    }
}
