namespace OrleansChat.Gateway.FrontEnds.Resp.Feeds;

/// <summary>
/// One user's feed on this node, shared by everybody who reads it or waits for it: steps that bring in what is new are taken one at a time,
/// and one step serves all who asked before it began.
/// </summary>
internal sealed class UserFeed(string user, FeedServices services)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _new = new(StringComparer.Ordinal);
    private bool _allNew;
    private Task<bool>? _running;
    private TaskCompletionSource<bool>? _next;
    private TaskCompletionSource _changed = NewSignal();

    public string User { get; } = user;

    /// <summary>Completes at the next sign that there may be something new.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Something is new in a conversation (null: anywhere) and waits to be brought in.</summary>
    public void Mark(string? conversation)
    {
        lock (_gate)
        {
            _allNew |= conversation is null;
            if (conversation is not null)
            {
                _new.Add(conversation);
            }
        }

        Wake();
    }

    /// <summary>Lets everybody who waits look again.</summary>
    public void Wake()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.TrySetResult();
    }

    /// <summary>
    /// Brings in what was marked, or everything, by one step that begins after this call. The answer is whether there is more to bring in.
    /// </summary>
    public Task<bool> CollectAsync(bool all)
    {
        lock (_gate)
        {
            _allNew |= all;
            if (!_allNew && _new.Count == 0)
            {
                return _next?.Task ?? _running ?? Task.FromResult(false);
            }

            _next ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running is null)
            {
                _ = RunAsync();
            }

            return _next?.Task ?? _running ?? Task.FromResult(false);
        }
    }

    // Called under the lock; yields at once. Goes on until nobody waits for a step.
    private async Task RunAsync()
    {
        _running = Task.FromResult(false);
        await Task.Yield();
        while (true)
        {
            string[] conversations;
            bool all;
            TaskCompletionSource<bool> step;
            lock (_gate)
            {
                if (_next is null)
                {
                    _running = null;
                    return;
                }

                (step, _next) = (_next, null);
                (all, _allNew) = (_allNew, false);
                conversations = [.. _new];
                _new.Clear();
                _running = step.Task;
            }

            try
            {
                step.TrySetResult(await services.InTurnAsync(() => StepAsync(all, conversations)));
            }
#pragma warning disable CA1031 // Handed to everybody who waits for the step; what was to be brought in is still marked.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                lock (_gate)
                {
                    _allNew |= all;
                    _new.UnionWith(conversations);
                }

                step.TrySetException(failure);
            }
        }
    }

    private async Task<bool> StepAsync(bool all, string[] conversations)
    {
        if (await services.HolderAsync(User) is not { } reader)
        {
            return false;
        }

        bool more = await FeedCollector.StepAsync(services, reader, all ? null : conversations);
        if (more)
        {
            lock (_gate)
            {
                _allNew |= all;
                _new.UnionWith(conversations);
            }
        }

        return more;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
