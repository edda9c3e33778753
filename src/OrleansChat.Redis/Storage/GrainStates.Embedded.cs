using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;

namespace OrleansChat.Redis.Storage;

/// <summary>The grain storage named <c>Default</c>.</summary>
internal static class GrainStates
{
    public static void AddGrainStates(this IServiceCollection services) =>
        services.AddGrainStorage("Default", static (provider, _) => ActivatorUtilities.CreateInstance<RedisGrainStorage>(provider));
}
