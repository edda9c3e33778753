using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>A script of the folder <c>node</c>: one with a stock client from npm.</summary>
internal abstract class NodeVoice(string name) : ProgramVoice(name)
{
    public override Task SayAsync(string text) => WriteAsync(text);

    protected override void Read(string line)
    {
        if (line == "joined")
        {
            Joined();
        }
        else
        {
            Hear(line);
        }
    }
}

/// <summary><c>socket.io-client</c> on the Socket.IO door.</summary>
internal sealed class SocketIoVoice(string name, ServerProcess server) : NodeVoice(name)
{
    public override Task JoinAsync(string group) => RunAsync("node", "node/socketio.js", server.Url.ToString(), Name, group);
}

/// <summary><c>@microsoft/signalr</c> on the hub.</summary>
internal sealed class SignalRVoice(string name, ServerProcess server) : NodeVoice(name)
{
    public override async Task JoinAsync(string group) =>
        await RunAsync("node", "node/signalr.js", server.Url.ToString(), await Rest.GuestAsync(server, Name), group);
}
