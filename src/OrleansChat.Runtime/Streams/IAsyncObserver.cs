namespace Orleans.Streams;

/// <summary>Takes the items of a stream one by one.</summary>
public interface IAsyncObserver<in T>
{
    /// <summary>An item; the next one comes when the task has ended.</summary>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>No more items come.</summary>
    Task OnCompletedAsync() => Task.CompletedTask;

    /// <summary>The stream, or taking an item, has failed.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>Takes the items of a stream in batches.</summary>
public interface IAsyncBatchObserver<T>
{
    /// <summary>Some items; the next ones come when the task has ended.</summary>
    Task OnNextAsync(IList<SequentialItem<T>> items);

    /// <summary>No more items come.</summary>
    Task OnCompletedAsync() => Task.CompletedTask;

    /// <summary>The stream, or taking a batch, has failed.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>Gives items to a stream, also several at once.</summary>
public interface IAsyncBatchProducer<T> : IAsyncObserver<T>
{
    /// <summary>Gives several items in their order.</summary>
    Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null);
}

/// <summary>An item and its position.</summary>
[GenerateSerializer]
public class SequentialItem<T>
{
    /// <summary>Puts an item and its position together.</summary>
    public SequentialItem(T item, StreamSequenceToken token)
    {
        Item = item;
        Token = token;
    }

    /// <summary>The item.</summary>
    [Id(0)]
    public T Item { get; }

    /// <summary>The item's position.</summary>
    [Id(1)]
    public StreamSequenceToken Token { get; }
}
