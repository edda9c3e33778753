using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization.Cloning;

namespace OrleansChat.Grains.Calls;

/// <summary>What the engine needs done to calls of grains.</summary>
internal static class GrainCalls
{
    public static void AddGrainCalls(this IServiceCollection services)
    {
        services.AddSingleton<IOutgoingGrainCallFilter, OrderedSends>();
        services.AddSingleton<IOutgoingGrainCallFilter, UnavailableCalls>();
        services.AddSingleton<IGeneralizedCopier, ListCopier>();
    }
}
