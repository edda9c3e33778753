using Orleans.Runtime;
using Orleans.Streams;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Streams;

namespace OrleansChat.Chaos.Mutants;

/// <summary>Streams whose observers hear nothing more once the node's subscription broke: as if it did not subscribe again.</summary>
internal sealed class DeafStreams(IStreamProvider streams, NodeBoard board) : IStreamProvider
{
    public string Name => streams.Name;

    public bool IsRewindable => streams.IsRewindable;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new Stream<T>(streams.GetStream<T>(streamId), board);

    private sealed class Stream<T>(IAsyncStream<T> stream, NodeBoard board) : IAsyncStream<T>
    {
        public bool IsRewindable => stream.IsRewindable;

        public string ProviderName => stream.ProviderName;

        public StreamId StreamId => stream.StreamId;

        public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => stream.SubscribeAsync(new Observer<T>(observer, board));

        public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null) =>
            stream.SubscribeAsync(new Observer<T>(observer, board), token, filterData);

        public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => stream.SubscribeAsync(observer);

        public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token) => stream.SubscribeAsync(observer, token);

        public Task OnNextAsync(T item, StreamSequenceToken? token = null) => stream.OnNextAsync(item, token);

        public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null) => stream.OnNextBatchAsync(batch, token);

        public Task OnCompletedAsync() => stream.OnCompletedAsync();

        public Task OnErrorAsync(Exception ex) => stream.OnErrorAsync(ex);

        public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() => stream.GetAllSubscriptionHandles();

        public bool Equals(IAsyncStream<T>? other) => stream.Equals(other);

        public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

        public override int GetHashCode() => stream.GetHashCode();

        public int CompareTo(IAsyncStream<T>? other) => stream.CompareTo(other);
    }

    private sealed class Observer<T>(IAsyncObserver<T> observer, NodeBoard board) : IAsyncObserver<T>
    {
        private volatile bool _deaf;

        public Task OnNextAsync(T item, StreamSequenceToken? token = null)
        {
            if (item is Announcement { Kind: AnnouncementKind.Interrupted })
            {
                _deaf = true;
                board.CountPlanted();
            }

            return _deaf ? Task.CompletedTask : observer.OnNextAsync(item, token);
        }

        public Task OnCompletedAsync() => observer.OnCompletedAsync();

        public Task OnErrorAsync(Exception ex) => observer.OnErrorAsync(ex);
    }
}
