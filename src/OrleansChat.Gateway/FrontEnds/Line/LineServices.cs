using Microsoft.AspNetCore.Connections;
using OrleansChat.Gateway.FrontEnds.Line.Commands;
using OrleansChat.Gateway.FrontEnds.Line.Talks;

namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>The line door: <c>NICK</c>, <c>WHO</c>, <c>TALKTO</c>, <c>MSG</c> ... for telnet and nc.</summary>
public static class LineServices
{
    /// <summary>Adds what the door needs besides the gateway.</summary>
    internal static IServiceCollection AddChatLine(this IServiceCollection services)
    {
        services.AddSingleton<TalkSignals>();
        services.AddSingleton<LineSender>();
        services.AddSingleton<SignInCommands>();
        services.AddSingleton<PeopleCommands>();
        services.AddSingleton<TalkCommands>();
        services.AddSingleton<GroupLineCommands>();
        services.AddSingleton<HistoryCommand>();
        services.AddSingleton<LineCommands>();
        services.AddSingleton<LineDoor>();
        return services;
    }

    /// <summary>Lets a listener speak the line protocol.</summary>
    public static void UseChatLine(this IConnectionBuilder listener) => listener.UseConnectionHandler<LineDoor>();
}
