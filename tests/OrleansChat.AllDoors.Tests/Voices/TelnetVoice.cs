using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary><c>telnet</c> on the line door.</summary>
internal sealed class TelnetVoice(string name, ServerProcess server) : ProgramVoice(name)
{
    private string _group = string.Empty;

    public override Task JoinAsync(string group)
    {
        _group = group;
        return RunAsync("telnet", server.Ready["line"].Split(':'));
    }

    public override Task SayAsync(string text) => WriteAsync($"SAY {_group} {text}");

    protected override async Task BeginAsync()
    {
        await WriteAsync($"NICK {Name}");
        await WriteAsync($"JOIN {_group}");
    }

    protected override void Read(string line)
    {
        if (line.StartsWith("OK JOIN", StringComparison.Ordinal))
        {
            Joined();
        }
        else if (line.StartsWith($"* SAY {_group} ", StringComparison.Ordinal))
        {
            Hear(line.TrimEnd('\r').Split(' ', 5)[4]);
        }
    }
}
