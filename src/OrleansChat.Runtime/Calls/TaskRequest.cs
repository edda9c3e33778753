namespace OrleansChat.Runtime.Calls;

/// <summary>A call whose method returns <see cref="Task"/> or <see cref="ValueTask"/>.</summary>
internal abstract class TaskRequest : Request
{
    private TaskCompletionSource? _promise;

    public Task Result => IsOneWay ? CompletedTask : _promise?.Task ?? Inner!;

    // The caller's continuation must not run inside the grain's turn, hence asynchronously.
    public override void EnsurePromise()
    {
        if (!IsOneWay)
        {
            _promise ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override bool TryFail(Exception exception) => _promise?.TrySetException(exception) ?? false;

    protected override Task Faulted(Exception exception) => FromException(exception);

    // A promise that timed out before stays as it is.
    public override void Answer() => _promise?.TrySetFromTask(Inner!);
}

/// <summary>A call whose method returns a value.</summary>
internal abstract class TaskRequest<TResult> : Request
{
    private TaskCompletionSource<TResult>? _promise;

    public Task<TResult> Result => _promise?.Task ?? (Task<TResult>)Inner!;

    public override void EnsurePromise() => _promise ??= new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool TryFail(Exception exception) => _promise?.TrySetException(exception) ?? false;

    protected override Task Faulted(Exception exception) => FromException<TResult>(exception);

    public override void Answer() => _promise?.TrySetFromTask((Task<TResult>)Inner!);
}
