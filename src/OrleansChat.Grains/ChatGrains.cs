using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Grains.Calls;
using OrleansChat.Grains.Conversations;
using OrleansChat.Grains.Users;

namespace OrleansChat.Grains;

/// <summary>Registers what the grains, and calls to them, need besides the ports to storage.</summary>
public static class ChatGrains
{
    /// <summary>Adds the grains' own services, and what the engine needs done to calls of them, also where no grain is hosted. The caller registers <see cref="ChatLimits"/>, a <see cref="TimeProvider"/> and the ports.</summary>
    public static IServiceCollection AddChatGrains(this IServiceCollection services)
    {
        services.AddSingleton<PasswordWork>();
        services.AddSingleton<DirectOpener>();
        services.AddGrainCalls();
        return services;
    }
}
