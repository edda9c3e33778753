using System.Text;
using System.Threading.Tasks.Sources;

namespace OrleansChat.Redis.Pipelines;

/// <summary>What became of a call.</summary>
internal enum CallOutcome
{
    /// <summary>The reply was read.</summary>
    Answered,

    /// <summary>Redis answered with an error.</summary>
    Error,

    /// <summary>The connection ended before the call was handed to it: surely nothing happened.</summary>
    NotSent,

    /// <summary>The connection ended before the reply: it may have happened.</summary>
    Lost,

    /// <summary>No reply came in time: it may have happened.</summary>
    Late,
}

/// <summary>
/// One call over a <see cref="PipelineSocket"/>: writes itself, reads its own reply, and can be awaited, all in one object. It ends once,
/// by whoever settles it first - the reply, the deadline, or the end of the connection.
/// </summary>
internal abstract class PipelineCall : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _ended;
    private int _settled;

    /// <summary>When the first attempt began: repeated attempts share one deadline.</summary>
    public long StartedAt { get; set; }

    /// <summary>Valid once it was awaited.</summary>
    public CallOutcome Outcome { get; private set; }

    /// <summary>What Redis said, when <see cref="Outcome"/> is <see cref="CallOutcome.Error"/>.</summary>
    public string Error { get; private set; } = string.Empty;

    /// <summary>The call that ends behind this one: see <see cref="EndedCalls"/>.</summary>
    public PipelineCall? Next { get; set; }

    /// <summary>Ends when the call has.</summary>
    public ValueTask Ended => new(this, _ended.Version);

    /// <summary>What metrics and errors call it.</summary>
    public abstract string Step { get; }

    /// <summary>Writes the command. Runs under the connection's lock: quick, and without waiting for anything.</summary>
    public abstract void Write(RespBuffer to);

    /// <summary>Reads the reply. False when it has not arrived whole; then it is called again with more.</summary>
    /// <exception cref="RespException">It is not the reply that was expected.</exception>
    public abstract bool TryRead(ref RespReader from);

    /// <summary>
    /// Reads the reply or the error in its place. False when it has not arrived whole: then it is called again with more, from the beginning
    /// or from what the reader was told to <see cref="RespReader.Keep"/>.
    /// </summary>
    /// <param name="from">What has arrived.</param>
    /// <param name="error">What Redis refused it with; null when it did not.</param>
    /// <exception cref="RespException">It is not the reply that was expected.</exception>
    public virtual bool TryReadReply(ref RespReader from, out string? error)
    {
        error = null;
        if (!from.IsError)
        {
            return TryRead(ref from);
        }

        if (!from.TryError(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        error = Encoding.UTF8.GetString(text);
        return true;
    }

    /// <summary>After an error: whether the call says from now on what was missing, so that it is worth another attempt.</summary>
    public virtual bool TryMend() => false;

    /// <summary>Decides the outcome, unless it is decided. The one who did must <see cref="End"/> it, outside of every lock.</summary>
    public bool TrySettle(CallOutcome outcome, string error = "")
    {
        if (Interlocked.Exchange(ref _settled, 1) == 1)
        {
            return false;
        }

        Outcome = outcome;
        Error = error;
        return true;
    }

    /// <summary>Lets the waiter go on, here and now.</summary>
    public void End() => _ended.SetResult(true);

    /// <summary>Lets the waiters of this call and of those that end behind it go on.</summary>
    public void Execute()
    {
        PipelineCall? call = this;
        while (call is not null)
        {
            // Whoever waited may use the call again.
            PipelineCall? next = call.Next;
            call.Next = null;
            call.End();
            call = next;
        }
    }

    /// <summary>Makes it ready for another attempt. The connection must have let go of it.</summary>
    public virtual void Renew()
    {
        _ended.Reset();
        Volatile.Write(ref _settled, 0);
    }

    void IValueTaskSource.GetResult(short token) => _ended.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _ended.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _ended.OnCompleted(continuation, state, token, flags);
}
