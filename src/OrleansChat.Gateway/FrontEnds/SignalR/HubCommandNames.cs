using System.Collections.Frozen;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The hub's methods and the commands that they stand for: <c>GroupCreate</c> is <c>group.create</c>.</summary>
internal sealed class HubCommandNames(ChatCommands commands)
{
    private readonly FrozenDictionary<string, string> _byMethod =
        commands.Names.ToFrozenDictionary(MethodOf, StringComparer.Ordinal);

    /// <summary>The command of a method.</summary>
    public string this[string method] => _byMethod[method];

    /// <summary>The method of a command.</summary>
    public static string MethodOf(string command) =>
        string.Concat(command.Split('.').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
