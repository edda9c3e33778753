namespace OrleansChat.Gateway.Tests.Simulation;

/// <summary>
/// Runs asynchronous code on one thread and lets a seed decide which of the continuations that are ready comes next: every run of a seed
/// is the same, and many seeds try many orders. Time is virtual; it passes when nothing else can happen, or when the test moves it.
/// </summary>
internal sealed class SeededScheduler(int seed) : TaskScheduler
{
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan OutsidePace = TimeSpan.FromMilliseconds(2);

    // Waits of that length may end before what could happen at once has happened.
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private readonly List<Task> _ready = [];
    private readonly List<Task> _fromOutside = [];
    private readonly List<TaskCompletionSource> _settling = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public Random Random { get; } = new(seed);

    public VirtualTime Time { get; } = new();

    /// <summary>Whether time passes by itself.</summary>
    public bool TimePasses { get; set; }

    /// <summary>Looks after things that another thread still does: the schedule goes on when they are done.</summary>
    public Func<bool> IsQuiet { get; set; } = static () => true;

    public static void Run(int seed, Func<SeededScheduler, Task> test)
    {
        var scheduler = new SeededScheduler(seed);
        Task main = Task.Factory.StartNew(() => test(scheduler), CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();
        try
        {
            scheduler.Pump(main);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"The schedule of seed {seed} got stuck.", failure);
        }

        try
        {
            main.GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            throw new Xunit.Sdk.XunitException($"Seed {seed}: {failure.Message}", failure);
        }
    }

    /// <summary>Completes when nothing can happen any more without time passing.</summary>
    public Task SettleAsync()
    {
        var settled = new TaskCompletionSource();
        _settling.Add(settled);
        return settled.Task;
    }

    /// <summary>Lets others go first, for a random while.</summary>
    public async Task HesitateAsync(int atMost)
    {
        for (int i = Random.Next(atMost + 1); i > 0; i--)
        {
            await Task.Yield();
        }
    }

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override void QueueTask(Task task)
    {
        lock (_ready)
        {
            // What another thread adds comes when the step that made it do so is over: that other thread's pace must not matter.
            (Environment.CurrentManagedThreadId == _thread ? _ready : _fromOutside).Add(task);
            Monitor.Pulse(_ready);
        }
    }

    private void Pump(Task main)
    {
        while (!main.IsCompleted)
        {
            if (!SpinWait.SpinUntil(() => IsQuiet(), Stuck))
            {
                throw new TimeoutException("Something on another thread does not end.");
            }

            if (TakeAny() is { } task)
            {
                TryExecuteTask(task);
                if (TimePasses && Time.NextDue < Short && Random.Next(50) == 0)
                {
                    Time.Advance(Time.NextDue.Value);
                }
            }
            else if (_settling.Count > 0)
            {
                TaskCompletionSource settled = _settling[0];
                _settling.RemoveAt(0);
                settled.SetResult();
            }
            else if (TimePasses && Time.NextDue is { } due)
            {
                // Something may be on its way over another thread; a long time must not pass before it is here.
                if (due < Short || !WaitForMore(OutsidePace))
                {
                    Time.Advance(due);
                }
            }
            else if (!WaitForMore(Stuck))
            {
                throw new TimeoutException("Nothing can happen any more.");
            }
        }
    }

    private bool WaitForMore(TimeSpan time)
    {
        lock (_ready)
        {
            return _ready.Count + _fromOutside.Count > 0 || Monitor.Wait(_ready, time);
        }
    }

    private Task? TakeAny()
    {
        lock (_ready)
        {
            _ready.AddRange(_fromOutside);
            _fromOutside.Clear();
            if (_ready.Count == 0)
            {
                return null;
            }

            int index = Random.Next(_ready.Count);
            Task task = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            return task;
        }
    }
}
