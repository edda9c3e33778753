using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Logging;

/// <summary>A client that says what it has to say and listens until the door has nothing to add.</summary>
internal static class TcpClientOf
{
    public static async Task<string> SayAsync(string address, string text)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(address)).WithinAsync(what: address);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer).WithinAsync(what: $"the end of {address}");
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
