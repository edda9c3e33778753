using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansChat.Runtime.Tests.Support;

/// <summary>What grains leave behind for the test to see, and gates that hold them where the test wants them.</summary>
public sealed class Recorder
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();

    public ConcurrentQueue<string> Events { get; } = new();

    public void Note(string what) => Events.Enqueue(what);

    public int Count(string what) => Events.Count(e => e == what);

    /// <summary>Ends once the gate has been opened.</summary>
    public Task At(string gate) => Gate(gate).Task;

    public void Open(string gate) => Gate(gate).TrySetResult();

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>Waiting without a fixed length.</summary>
public static class Eventually
{
    public static async Task IsTrue(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), what);
            await Task.Yield();
        }
    }

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(60));
}
