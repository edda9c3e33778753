using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Invocation;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Users;

namespace OrleansChat.Grains.Calls;

/// <summary>
/// Calls while silos come and go. One that was turned away on its way is tried again: a silo that was killed is declared dead within seconds,
/// and its grains come up elsewhere. Where the grain may have run, the caller hears what storage that does not answer is: unavailable.
/// </summary>
internal sealed class UnavailableCalls(TimeProvider time) : IOutgoingGrainCallFilter
{
    private static readonly TimeSpan TryFor = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc />
    public Task Invoke(IOutgoingGrainCallContext context) =>

        // Orleans' own calls go through here too, and Orleans tells their failures apart.
        context.Grain is IConversationGrain or IUserGrain or IGroupGrain ? InvokeOursAsync(context) : context.Invoke();

    private async Task InvokeOursAsync(IOutgoingGrainCallContext context)
    {
        long begun = time.GetTimestamp();
        while (await TryAsync(context) is { } failure)
        {
            if (!MayTryAgain(context, failure) || time.GetElapsedTime(begun) > TryFor)
            {
                throw new StorageUnavailableException($"No silo carried out {context.InterfaceName}.{context.MethodName}.", failure);
            }

            await Task.Delay(TryEvery, time);
        }
    }

    /// <summary>Null when the call was carried out, whatever came of it; else why no silo answered.</summary>
    private static async Task<Exception?> TryAsync(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception failure) when (IsAway(failure))
        {
            return failure;
        }

        // What the grain or the messaging answered is not thrown here.
        return context.Response is { Exception: { } answered } && IsAway(answered) ? answered : null;
    }

    private static bool IsAway(Exception failure) =>
        failure is OrleansMessageRejectionException or ConnectionFailedException or GatewayTooBusyException or ClientNotAvailableException or OrleansLifecycleCanceledException;

    // A silo that became unavailable had the call already. Sends are recognised by their client ids when they come again.
    private static bool MayTryAgain(IOutgoingGrainCallContext context, Exception failure) =>
        failure is not (SiloUnavailableException or OrleansLifecycleCanceledException)
        || context is { Grain: IConversationGrain, MethodName: nameof(IConversationGrain.SendAll) };
}
