namespace OrleansChat.Load;

/// <summary>This server's Socket.IO door. Who sends hears the message too: there is no saying otherwise.</summary>
internal sealed class LobbyDoorDialect : IPeerDialect
{
    private readonly SocketIoDialect _socketIo = new();

    public bool Acknowledges => true;

    public bool Numbers => false;

    public bool HearsItself => true;

    public byte[] HeartbeatAnswer => _socketIo.HeartbeatAnswer;

    public Incoming Read(ReadOnlySpan<byte> line)
        => line.StartsWith("42[\"private-message\""u8) || line.StartsWith("42[\"room-message\""u8)
            ? new Incoming(IncomingKind.Message, text: Scan.After(line, "\"message\":\""u8))
            : line.StartsWith("43"u8) && Scan.IsError(line) ? new Incoming(IncomingKind.Error)
            : _socketIo.Read(line);

    public async Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel)
    {
        var connection = await LoadConnection.ConnectAsync(new Opening(url, "/socket.io/?EIO=4&transport=websocket", Hello: "0{"), cancel);
        await connection.UntilAsync("40", "40{", cancel);
        Check(await connection.UntilAsync($"421[\"set-nickname\",\"{name}\"]", "431[", cancel), "[true]");
        if (room != name)
        {
            var join = $$"""422["join-room",{"room":"{{room}}"}]""";
            var answer = await connection.UntilAsync(join, "432[", cancel);

            // Of those who come first one makes the room, and the others are told that its name is taken.
            Check(answer.Contains("\"name_taken\"", StringComparison.Ordinal) ? await connection.UntilAsync(join, "432[", cancel) : answer, "\"ok\"");
        }

        return connection;
    }

    public string Send(string to, LoadConnection? recipient)
        => $$"""42{{SendFrame.Id}}["{{(recipient is null ? "room" : "private")}}-message",{"{{(recipient is null ? "room" : "to")}}":"{{to}}","clientId":"c{{SendFrame.Id}}","message":"{{SendFrame.Body}}"}]""";

    private static void Check(string answer, string wanted)
    {
        if (!answer.Contains(wanted, StringComparison.Ordinal))
        {
            throw new LoadException($"The Socket.IO door refused: {answer}");
        }
    }
}
