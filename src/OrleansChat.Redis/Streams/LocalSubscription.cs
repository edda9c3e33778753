using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansChat.Streams;

namespace OrleansChat.Redis.Streams;

/// <summary>One observer on this node. Only the <see cref="Dispatcher"/> hands items to it.</summary>
internal abstract class LocalSubscription(StreamName stream)
{
    private static readonly Announcement Interrupted = new(AnnouncementKind.Interrupted, default);

    public StreamName Stream { get; } = stream;

    public Guid Id { get; } = Guid.NewGuid();

    public abstract void OnAnnouncement(Announcement announcement);

    public abstract void OnItem(ReadOnlySpan<byte> json);

    /// <summary>Tells the observer that it may have missed something. Streams of plain JSON have no word for it.</summary>
    public void OnInterrupted()
    {
        if (Stream.CarriesAnnouncements)
        {
            OnAnnouncement(Interrupted);
        }
    }
}

/// <summary>
/// Begins each item without waiting for the one before, so that an observer which takes its time delays nobody. How many it may
/// have begun is bounded: beyond that it misses items, and hears of it when it has finished.
/// </summary>
internal sealed class LocalSubscription<T>(StreamName stream, Func<T, Task> observe, Dispatcher dispatcher) : LocalSubscription(stream)
{
    private readonly ILogger _logger = dispatcher.Logger;
    private volatile Func<T, Task>? _observe = observe;
    private int _unfinished;
    private int _missed;

    /// <summary>Whether it still observes.</summary>
    public bool IsOpen => _observe is not null;

    /// <summary>Observes by other means from now on. False when it was closed.</summary>
    public bool TryReplace(Func<T, Task> observe)
    {
        while (_observe is { } present)
        {
            if (Interlocked.CompareExchange(ref _observe, observe, present) == present)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Observes nothing from now on. False when it was closed before.</summary>
    public bool TryClose() => Interlocked.Exchange(ref _observe, null) is not null;

    public override void OnAnnouncement(Announcement announcement)
    {
        if (announcement is T item)
        {
            Begin(item);
        }
    }

    public override void OnItem(ReadOnlySpan<byte> json)
    {
        T? item;
        try
        {
            item = JsonSerializer.Deserialize<T>(json, JsonItems.Options);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            dispatcher.Counters.CountMalformed();
            StreamLog.MalformedItem(_logger, Stream, failure);
            return;
        }

        if (item is null)
        {
            dispatcher.Counters.CountMalformed();
            return;
        }

        Begin(item);
    }

    private void Begin(T item)
    {
        if (_observe is not { } observe)
        {
            return;
        }

        if (Volatile.Read(ref _unfinished) >= dispatcher.Options.Unfinished)
        {
            Miss();
            return;
        }

        Task task;
        try
        {
            task = observe(item);
        }
#pragma warning disable CA1031 // Whatever an observer throws must not reach the loop that serves all others.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            StreamLog.ObserverFailed(_logger, Stream, failure);
            return;
        }

        dispatcher.Counters.CountDelivered();
        if (!task.IsCompletedSuccessfully)
        {
            Interlocked.Increment(ref _unfinished);
            _ = FinishAsync(task);
        }
    }

    private async Task FinishAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.Exception is { } failure)
        {
            StreamLog.ObserverFailed(_logger, Stream, failure.InnerException ?? failure);
        }

        Interlocked.Decrement(ref _unfinished);
        TellMissed();
    }

    private void Miss()
    {
        dispatcher.Counters.CountDropped();
        if (Interlocked.Exchange(ref _missed, 1) == 0)
        {
            StreamLog.ObserverIsSlow(_logger, Stream, dispatcher.Options.Unfinished);
        }

        // All of them may have finished since the bound was looked at; then nobody else would tell.
        TellMissed();
    }

    private void TellMissed()
    {
        if (Volatile.Read(ref _unfinished) == 0 && Interlocked.Exchange(ref _missed, 0) == 1)
        {
            dispatcher.Interrupt(this);
        }
    }
}
