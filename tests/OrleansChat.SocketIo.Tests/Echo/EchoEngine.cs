using OrleansChat.Gateway.FrontEnds.SocketIo.Engine;
using OrleansChat.Protocols.EngineIo;

namespace OrleansChat.SocketIo.Tests.Echo;

/// <summary>Sends every message back.</summary>
internal sealed class EchoEngine(EngineSocket socket) : IEngineHandler
{
    public ValueTask OnMessageAsync(EnginePacket message)
    {
        socket.Send(message with { Data = message.Data.ToArray() });
        return ValueTask.CompletedTask;
    }

    public void OnTogether()
    {
    }

    public void OnAlive()
    {
    }

    public void OnClosed(EngineCloseReason reason)
    {
    }
}
