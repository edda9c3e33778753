using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>The terminal client, talking in a pipe.</summary>
internal sealed class TerminalVoice(string name, ServerProcess server) : ProgramVoice(name)
{
    private readonly TestDirectory _home = new();
    private string _group = string.Empty;

    public override async Task JoinAsync(string group)
    {
        _group = group;
        await Program.RunAsync("env", [.. Command("register", Name)]);
        await Program.RunAsync("env", [.. Command("groups", "join", group)]);
        await RunAsync("env", [.. Command("talk", $"group:{group}", "--json")]);
    }

    public override Task SayAsync(string text) => WriteAsync(text);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _home.DisposeAsync();
    }

    protected override void Read(string line)
    {
        JsonElement happened = JsonElement.Parse(line);
        JsonElement message = happened.TryGetProperty("message", out JsonElement inner) ? inner : happened;
        if (message.TryGetProperty("conversation", out JsonElement conversation) && conversation.ValueEquals($"group:{_group}"))
        {
            // The history begins with the own joining.
            Joined();
            if (message.TryGetProperty("text", out JsonElement text))
            {
                Hear(text.GetString()!);
            }
        }
    }

    private IEnumerable<string> Command(params string[] arguments) =>
    [
        $"XDG_CONFIG_HOME={_home.Path}", "CHAT_PASSWORD=correct horse", $"CHAT_SERVER={server.Url}",
        "dotnet", "exec", System.IO.Path.Combine(AppContext.BaseDirectory, "chat.dll"), .. arguments,
    ];
}
