using OrleansChat.Testing;

namespace OrleansChat.Resp.Tests.Support;

/// <summary>A node with its RESP door open on a free port.</summary>
public sealed class RespNode : IAsyncDisposable
{
    private RespNode(ServerProcess server)
    {
        Server = server;
        Port = int.Parse(server.Ready["resp"].Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public ServerProcess Server { get; }

    public int Port { get; }

    public static async Task<RespNode> StartAsync(RedisFixture redis, params string[] arguments) =>
        new(await ServerProcess.StartAsync(redis, ["--resp", "127.0.0.1:0", .. arguments.Contains("--limits") ? [] : (string[])["--limits", "off"], .. arguments]));

    public Task<RespSocket> ConnectAsync() => RespSocket.ConnectAsync(Port);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
