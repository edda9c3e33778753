namespace OrleansChat.Chaos.Clients;

/// <summary>Work that nobody waits for one by one. What fails in it is thrown at the end.</summary>
internal sealed class Errands
{
    private const int Many = 256;
    private readonly Lock _gate = new();
    private readonly List<Task> _tasks = [];

    public void Add(Task task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
            if (_tasks.Count > Many)
            {
                _tasks.RemoveAll(one => one.IsCompletedSuccessfully);
            }
        }
    }

    /// <summary>Completes when all are done, and throws what one of them threw.</summary>
    public Task DoneAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_tasks.ToArray());
        }
    }
}
