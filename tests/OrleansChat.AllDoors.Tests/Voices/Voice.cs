using System.Collections.Concurrent;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>Somebody in the group who came in through one door, with that door's own kind of client.</summary>
internal abstract class Voice(string name) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _heard = new();

    public string Name { get; } = name;

    /// <summary>What was said in the group, in the order in which it came.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    /// <summary>Comes in and joins the group.</summary>
    public abstract Task JoinAsync(string group);

    /// <summary>Says something there; what is said next is said after it.</summary>
    public abstract Task SayAsync(string text);

    public abstract ValueTask DisposeAsync();

    protected void Hear(string text) => _heard.Enqueue(text);
}
