namespace OrleansChat.Runtime.Calls;

/// <summary>A call whose method returns <see cref="Task"/> or <see cref="ValueTask"/>.</summary>
internal abstract class TaskRequest : Request
{
    private TaskCompletionSource? _promise;

    public Task Result => IsOneWay ? CompletedTask : _promise?.Task ?? Inner!;

    public override bool IsPromised => _promise is not null;

    // Whoever answers lets the caller go on, here and now: see Request.Answer.
    public override void EnsurePromise()
    {
        if (!IsOneWay)
        {
            _promise ??= new TaskCompletionSource();
        }
    }

    protected override Task Faulted(Exception exception) => FromException(exception);

    protected override void Break(Exception exception) => _promise!.SetException(exception);

    protected override void Keep() => _promise!.SetFromTask(Inner!);
}

/// <summary>A call whose method returns a value.</summary>
internal abstract class TaskRequest<TResult> : Request
{
    private TaskCompletionSource<TResult>? _promise;

    public Task<TResult> Result => _promise?.Task ?? (Task<TResult>)Inner!;

    public override bool IsPromised => _promise is not null;

    public override void EnsurePromise() => _promise ??= new TaskCompletionSource<TResult>();

    protected override Task Faulted(Exception exception) => FromException<TResult>(exception);

    protected override void Break(Exception exception) => _promise!.SetException(exception);

    protected override void Keep() => _promise!.SetFromTask((Task<TResult>)Inner!);
}
