using OrleansChat.Protocols.Line;

namespace OrleansChat.Gateway.FrontEnds.Line.Commands;

/// <summary>Carries out a command. The answer is the line to say; null when everything has been said.</summary>
internal delegate Task<string?> LineHandler(LineConnection connection, LineArguments arguments);

/// <summary>One row of the table of commands.</summary>
/// <param name="Name">The name, in upper case.</param>
/// <param name="Takes">How its arguments are shown in the help.</param>
/// <param name="Does">One phrase for the help.</param>
/// <param name="Shape">Its arguments.</param>
/// <param name="Run">What carries it out.</param>
/// <param name="BeforeNick">Whether somebody who has not signed in may use it.</param>
internal sealed record LineCommand(string Name, string Takes, string Does, LineShape Shape, LineHandler Run, bool BeforeNick = false)
{
    public string Usage => Takes.Length == 0 ? Name : $"{Name} {Takes}";
}
