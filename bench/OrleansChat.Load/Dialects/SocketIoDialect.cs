namespace OrleansChat.Load;

/// <summary>Socket.IO with the events <c>join(room)</c> and <c>send(to, text)</c>, both answered, and <c>message(text)</c>; over WebSocket from the start.</summary>
internal sealed class SocketIoDialect : IPeerDialect
{
    public bool Acknowledges => true;

    public bool Numbers => false;

    public byte[] HeartbeatAnswer { get; } = "3"u8.ToArray();

    public Incoming Read(ReadOnlySpan<byte> line)
        => line.StartsWith("43"u8) ? new Incoming(IncomingKind.Acknowledgement, Scan.Number(line, "43"u8) - LoadConnection.FirstSendId)
            : line.StartsWith("42[\"message\""u8) ? new Incoming(IncomingKind.Message, text: Scan.After(line, "\"message\",\""u8))
            : new Incoming(line.SequenceEqual("2"u8) ? IncomingKind.Heartbeat : line.StartsWith("44"u8) ? IncomingKind.Error : IncomingKind.Other);

    public async Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel)
    {
        var connection = await LoadConnection.ConnectAsync(new Opening(url, "/socket.io/?EIO=4&transport=websocket", Hello: "0{"), cancel);
        await connection.UntilAsync("40", "40{", cancel);
        await connection.UntilAsync($"421[\"join\",\"{room}\"]", "431[", cancel);
        return connection;
    }

    public string Send(string to, LoadConnection? recipient) => $"42{SendFrame.Id}[\"send\",\"{to}\",\"{SendFrame.Body}\"]";
}
