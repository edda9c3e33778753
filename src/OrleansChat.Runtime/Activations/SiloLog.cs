using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansChat.Runtime.Activations;

/// <summary>What a silo writes to its log.</summary>
internal sealed partial class SiloLog(ILogger logger)
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "One-way call {Method} on {Grain} failed.")]
    public partial void OneWayFailed(GrainId grain, string method, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Grain} could not be activated.")]
    public partial void ActivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "{Grain} did not end cleanly.")]
    public partial void DeactivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "What {Grain} registered for the cancellation of a timer or hook failed.")]
    public partial void CancellationFailed(GrainId grain, Exception exception);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "{Silo} stopped before {Count} of its activations had ended.")]
    public partial void StoppedEarly(string silo, int count);
}
