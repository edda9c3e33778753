using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Invocation;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Users;

namespace OrleansChat.Grains.Calls;

/// <summary>
/// A silo that is away is to the caller what storage that does not answer is: the call may or may not have happened, and can be tried again.
/// </summary>
internal sealed class UnavailableCalls : IOutgoingGrainCallFilter
{
    /// <inheritdoc />
    public Task Invoke(IOutgoingGrainCallContext context) => context.Grain is IConversationGrain or IUserGrain or IGroupGrain ? InvokeOursAsync(context) : context.Invoke();

    // Orleans' own calls go through here too, and Orleans tells their failures apart.
    private static async Task InvokeOursAsync(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception failure) when (IsAway(failure))
        {
            throw Unavailable(context, failure);
        }

        // What the grain or the messaging answered is not thrown here.
        if (context.Response?.Exception is { } answered && IsAway(answered))
        {
            context.Response = Response.FromException(Unavailable(context, answered));
        }
    }

    private static bool IsAway(Exception failure) =>
        failure is OrleansMessageRejectionException or ConnectionFailedException or GatewayTooBusyException or ClientNotAvailableException or OrleansLifecycleCanceledException;

    private static StorageUnavailableException Unavailable(IOutgoingGrainCallContext context, Exception failure) =>
        new($"No silo carried out {context.InterfaceName}.{context.MethodName}.", failure);
}
