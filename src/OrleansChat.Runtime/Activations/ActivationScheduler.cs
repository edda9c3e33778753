using System.Runtime.CompilerServices;

namespace OrleansChat.Runtime.Activations;

/// <summary>Brings everything that a grain's code continues with back into the turns of its activation.</summary>
internal sealed class ActivationScheduler(Activation activation) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    public Activation Activation => activation;

    public bool Run(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        var turn = Turn.OfThread;
        if (ReferenceEquals(turn.Starting, task))
        {
            turn.Starting = null;
            TryExecuteTask(task);
        }
        else
        {
            activation.Continue(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        var turn = Turn.OfThread;
        if (taskWasPreviouslyQueued || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return false;
        }

        if (turn.Depth == 0)
        {
            return activation.TryContinueHere(task, turn);
        }

        if (!ReferenceEquals(turn.Activation, activation))
        {
            return false;
        }

        // The continuation may belong to another request than the one that is being started.
        var request = turn.Request;
        turn.Request = null;
        try
        {
            return TryExecuteTask(task);
        }
        finally
        {
            turn.Request = request;
        }
    }

    protected override IEnumerable<Task> GetScheduledTasks() => activation.Continuations();
}
