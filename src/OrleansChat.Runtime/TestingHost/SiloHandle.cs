using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>One silo of a test cluster.</summary>
#pragma warning disable CA1063, CA1816 // The host has no unmanaged resources; who derives from a handle has none either.
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    /// <summary>Counts the silos of a cluster, from 0.</summary>
    public short InstanceNumber { get; set; }

    /// <summary>The silo's name.</summary>
    public string Name { get; set; } = null!;

    /// <summary>The silo's address.</summary>
    public SiloAddress SiloAddress { get; set; } = null!;

    /// <summary>Whether the silo runs.</summary>
    public abstract bool IsActive { get; }

    /// <summary>Stops the silo: in good order, or as if its process had died.</summary>
    public abstract Task StopSiloAsync(bool stopGracefully);

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc/>
    public override string ToString() => SiloAddress.ToString();
}
#pragma warning restore CA1063, CA1816

/// <summary>A silo within the test's process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private int _stopped;
    private int _disposed;

    /// <summary>The silo's host.</summary>
    public IHost SiloHost { get; init; } = null!;

    /// <summary>The services of the silo's host.</summary>
    public IServiceProvider ServiceProvider => SiloHost.Services;

    /// <inheritdoc/>
    public override bool IsActive => Volatile.Read(ref _stopped) == 0;

    internal OrleansChat.Runtime.Activations.Silo Silo { get; init; } = null!;

    /// <inheritdoc/>
    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        if (stopGracefully)
        {
            await SiloHost.StopAsync();
            return;
        }

        // First no grain runs any more; then what else the host runs is dropped without being given time.
        Silo.Kill();
        try
        {
            await SiloHost.StopAsync(new CancellationToken(canceled: true));
        }
        catch (Exception exception) when (exception is OperationCanceledException
            || (exception is AggregateException several && several.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException)))
        {
            // The services' own way of saying that they were given none.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await StopSiloAsync(stopGracefully: true);
        if (SiloHost is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            SiloHost.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
