using System.Runtime.InteropServices;

namespace OrleansChat.Server;

/// <summary>
/// SIGTERM, the end of the terminal and the first SIGINT ask to stop, also while the server still starts; a second SIGINT ends the process where it is,
/// which loses nothing that was acknowledged.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int InterruptedExitCode = 130;
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _onInsisting;
    private int _interrupts;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>What to do in the moment before a second SIGINT ends the process; must not wait.</summary>
    public void OnInsisting(Action action) => _onInsisting = action;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stopping.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && Interlocked.Increment(ref _interrupts) > 1)
        {
            _onInsisting?.Invoke();
            Environment.Exit(InterruptedExitCode);
        }

        _stopping.Cancel();
    }
}
