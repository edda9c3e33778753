using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansChat.Gateway;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.SignalR;

namespace OrleansChat.Doors.Tests.SignalR;

public sealed class HubMethodTests
{
    [Fact]
    public void Every_command_has_a_method_and_every_method_a_command()
    {
        // The tables are made without touching what carries the commands out.
        var options = new GatewayOptions();
        var commands = new ChatCommands(
            new MessageCommands(null!, null!, null!, null!, new MessageSearch(null!, null!, options), options),
            new GroupCommands(null!, null!, null!, null!, options),
            new UserCommands(null!, null!, null!, null!, null!, options),
            new SessionCommands(null!, null!),
            options,
            NullLogger<ChatCommands>.Instance);

        IEnumerable<string> methods = typeof(ChatHub)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsVirtual)
            .Select(method => method.Name);

        Assert.Equal(commands.Names.Select(HubCommandNames.MethodOf).Order(StringComparer.Ordinal), methods.Order(StringComparer.Ordinal));
    }
}
