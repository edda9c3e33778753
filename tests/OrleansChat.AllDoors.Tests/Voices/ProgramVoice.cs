using System.Collections.Concurrent;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>A voice that is one program: it says the lines that it is given, and writes what it hears.</summary>
internal abstract class ProgramVoice(string name) : Voice(name)
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _seen = new();
    private Program? _program;

    protected async Task RunAsync(string program, params string[] arguments)
    {
        _program = Program.Start(program, arguments, Look);
        await BeginAsync();
        await Eventually.ValueAsync(
            () => Task.FromResult(string.Join('\n', _seen)), _ => _joined.Task.IsCompleted, what: $"{Name} joining");
    }

    /// <summary>What is written first.</summary>
    protected virtual Task BeginAsync() => Task.CompletedTask;

    /// <summary>Looks at a line of output: <see cref="Joined"/>, <see cref="Voice.Hear"/> or nothing.</summary>
    protected abstract void Read(string line);

    protected void Joined() => _joined.TrySetResult();

    protected Task WriteAsync(string line) => _program!.WriteAsync(line);

    private void Look(string line)
    {
        _seen.Enqueue(line);
        Read(line);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_program is { } program)
        {
            await program.DisposeAsync();
        }
    }
}
