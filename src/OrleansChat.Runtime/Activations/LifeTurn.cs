namespace OrleansChat.Runtime.Activations;

/// <summary>Makes the turns that begin and end an activation.</summary>
/// <remarks>
/// They run on whichever caller's thread comes by, and what they start lasts longer than that call. So they see none of
/// the caller's ambient values: else the first caller's trace or scope would go on in every timer of the grain.
/// </remarks>
internal static class LifeTurn
{
    private static readonly ExecutionContext s_nobodys = Capture();

    public static Task Of(Action<object?> body, Activation activation)
    {
        Task? turn = null;
        ExecutionContext.Run(s_nobodys, _ => turn = new Task(body, activation, TaskCreationOptions.DenyChildAttach), null);
        return turn!;
    }

    private static ExecutionContext Capture()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
