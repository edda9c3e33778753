using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Grains.Conversations;
using OrleansChat.Grains.Users;

namespace OrleansChat.Grains;

/// <summary>Registers what the grains need besides the ports to storage.</summary>
public static class ChatGrains
{
    /// <summary>Adds the grains' own services. The caller registers <see cref="ChatLimits"/>, a <see cref="TimeProvider"/> and the ports.</summary>
    public static IServiceCollection AddChatGrains(this IServiceCollection services)
    {
        services.AddSingleton<PasswordWork>();
        services.AddSingleton<DirectOpener>();
        return services;
    }
}
