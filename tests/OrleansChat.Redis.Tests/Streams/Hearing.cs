using System.Collections.Concurrent;
using System.Text;
using Orleans.Streams;
using OrleansChat.Streams;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Streams;

/// <summary>An observer that keeps what it hears, in order.</summary>
internal sealed class Hearing<T>(Func<T, Task>? then = null) : IAsyncObserver<T>
{
    private readonly ConcurrentQueue<T> _items = new();

    public StreamSubscriptionHandle<T> Handle { get; set; } = null!;

    public IReadOnlyList<T> Items => [.. _items];

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        _items.Enqueue(item);
        return then?.Invoke(item) ?? Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => throw new InvalidOperationException("Streams carry no errors.", ex);

    public async Task<IReadOnlyList<T>> CountIsAsync(int count)
    {
        await Eventually.TrueAsync(() => _items.Count >= count, what: $"{count} items heard");
        Assert.Equal(count, _items.Count);
        return Items;
    }
}

internal static class AnnouncementTexts
{
    public static Announcement Event(string text, string from = "") => new(AnnouncementKind.Event, Encoding.UTF8.GetBytes(text), From: from);

    public static string Text(this Announcement announcement) => Encoding.UTF8.GetString(announcement.Payload.Span);

    public static int Interruptions(this Hearing<Announcement> hearing) => hearing.Items.Count(one => one.Kind == AnnouncementKind.Interrupted);

    public static IEnumerable<string> Texts(this Hearing<Announcement> hearing) =>
        hearing.Items.Where(one => one.Kind != AnnouncementKind.Interrupted).Select(Text);

    public static Task IsInterruptedAsync(this Hearing<Announcement> hearing, int times = 1) =>
        Eventually.TrueAsync(() => hearing.Interruptions() >= times, what: $"{times} interruptions heard");

    public static Task HearsAsync(this Hearing<Announcement> hearing, string text) =>
        Eventually.TrueAsync(() => hearing.Texts().Contains(text), what: $"'{text}' heard");
}
