using Microsoft.Extensions.DependencyInjection;

namespace OrleansChat.Grains.Calls;

/// <summary>What the engine needs done to calls of grains.</summary>
internal static class GrainCalls
{
    // A call stays in its process: calls arrive in the order in which they are made, and nobody can be away.
    public static void AddGrainCalls(this IServiceCollection services)
    {
    }
}
