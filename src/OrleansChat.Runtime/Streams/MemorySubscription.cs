using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansChat.Runtime.Streams;

/// <summary>One subscription: delivers in order, each batch after the one before, on the scheduler that it was made on.</summary>
internal sealed class MemorySubscription<T>(MemoryStream<T> stream, IAsyncBatchObserver<T> observer) : StreamSubscriptionHandle<T>
{
    private readonly TaskScheduler _scheduler = TaskScheduler.Current;
    private IAsyncBatchObserver<T> _observer = observer;
    private Task _last = Task.CompletedTask;
    private volatile bool _ended;

    public override StreamId StreamId => stream.StreamId;

    public override string ProviderName => stream.ProviderName;

    public override Guid HandleId { get; } = Guid.NewGuid();

    public static IAsyncBatchObserver<T> OneByOne(IAsyncObserver<T> observer) => new FunctionBatchObserver<T>(
        async items =>
        {
            foreach (var item in items)
            {
                await observer.OnNextAsync(item.Item, item.Token);
            }
        },
        observer.OnErrorAsync,
        observer.OnCompletedAsync);

    /// <summary>Queues a delivery. Called under the stream's lock.</summary>
    public void Post(Func<IAsyncBatchObserver<T>, Task> what) => _last = DeliverAsync(_last, what);

    public override Task UnsubscribeAsync()
    {
        _ended = true;
        stream.Remove(this);
        return Task.CompletedTask;
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null) =>
        ResumeAsync(OneByOne(observer), token);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
    {
        if (token is not null)
        {
            throw new NotSupportedException("Streams in memory cannot be rewound.");
        }

        Volatile.Write(ref _observer, observer);
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other?.HandleId == HandleId;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();

    private async Task DeliverAsync(Task before, Func<IAsyncBatchObserver<T>, Task> what)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (_ended)
        {
            return;
        }

        var target = Volatile.Read(ref _observer);
        try
        {
            await RunAsync(() => what(target)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the observer throws is the observer's to know.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await RunAsync(() => target.OnErrorAsync(exception)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task RunAsync(Func<Task> what) =>
        Task.Factory.StartNew(what, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
}
