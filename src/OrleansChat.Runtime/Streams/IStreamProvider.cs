using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Gives access to streams. Registered as a keyed service under its name.</summary>
public interface IStreamProvider
{
    /// <summary>The name of the provider.</summary>
    string Name { get; }

    /// <summary>Whether a subscription can begin in the past.</summary>
    bool IsRewindable { get; }

    /// <summary>The stream with this identity; it need not be made first.</summary>
    IAsyncStream<T> GetStream<T>(StreamId streamId);
}

/// <summary>Streams by the parts of their identity.</summary>
public static class StreamProviderExtensions
{
    /// <summary>The stream with this key and no namespace.</summary>
    public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string id) => streamProvider.GetStream<T>(StreamId.Create(null, id));

    /// <summary>The stream with this namespace and key.</summary>
    public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, string id) => streamProvider.GetStream<T>(StreamId.Create(ns, id));

    /// <summary>The stream with this namespace and key.</summary>
    public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, Guid id) => streamProvider.GetStream<T>(StreamId.Create(ns, id));

    /// <summary>The stream with this namespace and key.</summary>
    public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, long id) => streamProvider.GetStream<T>(StreamId.Create(ns, id));
}
