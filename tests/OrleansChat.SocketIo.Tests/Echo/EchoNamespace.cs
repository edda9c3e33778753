using System.Text;
using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.SocketIo.Namespaces;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.SocketIo.Tests.Echo;

/// <summary>
/// Answers <c>message</c> with an event <c>message-back</c> and <c>message-with-ack</c> with its arguments; tells who connects what they sent along;
/// on <c>ask</c> asks the client in turn and tells what it answered.
/// </summary>
internal sealed class EchoNamespace : ISocketIoNamespace
{
    public ValueTask<ISocketIoHandler?> ConnectAsync(SocketIoSocket socket, JsonElement auth)
    {
        socket.Accept();
        socket.Send(new SocketIoPacket(SocketIoPacketType.Event, socket.Namespace, data: Encoding.UTF8.GetBytes($"[\"auth\",{auth.GetRawText()}]")));
        return ValueTask.FromResult<ISocketIoHandler?>(new Handler(socket));
    }

    private sealed class Handler(SocketIoSocket socket) : ISocketIoHandler
    {
        public ValueTask OnEventAsync(SocketIoEvent received)
        {
            string[] arguments = [.. received.Arguments.EnumerateArray().Skip(1).Select(argument => argument.GetRawText())];
            bool binary = received.Attachments.Count > 0;
            switch (received.Name)
            {
                case "message":
                    Send(binary ? SocketIoPacketType.BinaryEvent : SocketIoPacketType.Event, null, ["\"message-back\"", .. arguments], received);
                    break;
                case "message-with-ack":
                    Send(binary ? SocketIoPacketType.BinaryAck : SocketIoPacketType.Ack, received.AckId, arguments, received);
                    break;
                case "ask":
                    _ = AskAsync(received);
                    break;
                case "put-out":
                    socket.Disconnect();
                    break;
            }

            return ValueTask.CompletedTask;
        }

        public void OnTogether()
        {
        }

        public void OnAlive()
        {
        }

        public void OnLeft(bool clean)
        {
        }

        private async Task AskAsync(SocketIoEvent received)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            JsonElement answer = await socket.AskAsync("[\"question\",1]"u8.ToArray(), patience.Token);
            Send(SocketIoPacketType.Event, null, ["\"answered\"", answer.GetRawText()], received with { Attachments = [] });
        }

        private void Send(SocketIoPacketType type, long? id, string[] parts, SocketIoEvent received) =>
            socket.Send(new SocketIoPacket(type, socket.Namespace, id, Encoding.UTF8.GetBytes($"[{string.Join(',', parts)}]"), received.Attachments));
    }
}
