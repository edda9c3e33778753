using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>Reads a stream with <c>curl -N</c>, and says by another <c>curl</c>.</summary>
internal abstract class CurlVoice(string name, ServerProcess server) : ProgramVoice(name)
{
    protected ServerProcess Server => server;

    protected string Group { get; private set; } = string.Empty;

    protected string Token { get; private set; } = string.Empty;

    protected abstract string Path { get; }

    public override async Task JoinAsync(string group)
    {
        Group = group;
        Token = await Rest.GuestAsync(server, Name);
        await Rest.JoinAsync(server, Token, group);
        await RunAsync("curl", "-sSN", "--max-time", "300", "-H", $"Authorization: Bearer {Token}", new Uri(server.Url, Path).ToString());
    }
}

/// <summary>Server-Sent Events.</summary>
internal sealed class EventsVoice(string name, ServerProcess server) : CurlVoice(name, server)
{
    protected override string Path => "/api/v1/events";

    public override Task SayAsync(string text) =>
        Rest.CurlAsync(Server, $"/api/v1/conversations/group:{Group}/messages", Token, Rest.Json(new { text }));

    protected override void Read(string line)
    {
        if (line == "event: sync")
        {
            Joined();
        }
        else if (line.StartsWith("data: {\"ev\":\"message\"", StringComparison.Ordinal))
        {
            JsonElement message = JsonElement.Parse(line["data: ".Length..]).GetProperty("message");
            if (message.GetProperty("conversation").ValueEquals($"group:{Group}") && message.GetProperty("kind").ValueEquals("text"))
            {
                Hear(message.GetProperty("text").GetString()!);
            }
        }
    }
}

/// <summary>A queue of which this is the only streaming consumer: everything that is said is an item.</summary>
internal sealed class QueueVoice(string name, ServerProcess server) : CurlVoice(name, server)
{
    protected override string Path => $"/c/{Group}";

    public override Task SayAsync(string text) => Rest.CurlAsync(Server, $"/q/{Group}", Token, "--data-urlencode", $"value={text}");

    // What is said before the stream is open waits in the queue.
    protected override Task BeginAsync()
    {
        Joined();
        return Task.CompletedTask;
    }

    protected override void Read(string line) => Hear(JsonElement.Parse(line).GetProperty("value").GetString()!);
}
