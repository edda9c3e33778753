using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>A script of <c>redis-cli</c> calls on the RESP door: it asks for what came after the last id, and waits there.</summary>
internal sealed class RedisCliVoice(string name, ServerProcess server) : Voice(name)
{
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;
    private string _group = string.Empty;

    public override async Task JoinAsync(string group)
    {
        _group = group;
        await CliAsync("IM.USER", Name, "name", Name);
        await CliAsync("IM.JOIN", Name, group);
        _reading = ReadAsync();
    }

    public override Task SayAsync(string text) => CliAsync("IM.GSEND", Name, _group, "text", text);

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.WithinAsync(what: "the end of IM.RECIVE");
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        string last = "0";
        while (!_stop.IsCancellationRequested)
        {
            JsonElement answer = JsonElement.Parse(await CliAsync("IM.RECIVE", Name, "START", last, "BLOCK", "500"));
            if (answer.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            foreach (JsonElement entry in answer[0][1].EnumerateArray())
            {
                last = entry[0].GetString()!;
                string[] fields = [.. entry[1].EnumerateArray().Select(field => field.GetString()!)];
                if (Array.IndexOf(fields, "text") is var at and >= 0 && fields.Contains("gid"))
                {
                    Hear(fields[at + 1]);
                }
            }
        }
    }

    private Task<string> CliAsync(params string[] command) => Program.RunAsync("redis-cli", ["-p", server.Ready["resp"].Split(':')[1], "--json", .. command]);
}
