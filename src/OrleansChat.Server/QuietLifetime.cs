namespace OrleansChat.Server;

/// <summary>
/// Leaves signals to <see cref="StopSignals"/>. The host's own lifetime would announce the stop at once, upon which parts of the web server cut
/// their connections before these have been drained.
/// </summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
