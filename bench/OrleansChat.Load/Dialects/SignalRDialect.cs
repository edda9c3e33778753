namespace OrleansChat.Load;

/// <summary>A SignalR hub with the methods <c>Join(room)</c> and <c>Send(to, text)</c> and the client's method <c>message(text)</c>, in SignalR's JSON protocol.</summary>
internal sealed class SignalRDialect : IPeerDialect
{
    private const char End = '\u001e';

    public bool Acknowledges => true;

    public bool Numbers => false;

    public byte[] HeartbeatAnswer { get; } = "{\"type\":6}\u001e"u8.ToArray();

    public Incoming Read(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{\"type\":3"u8))
        {
            return Scan.IsError(line)
                ? new Incoming(IncomingKind.Error)
                : new Incoming(IncomingKind.Acknowledgement, Scan.Number(line, "\"invocationId\":\""u8) - LoadConnection.FirstSendId);
        }

        return line.StartsWith("{\"type\":1"u8) ? new Incoming(IncomingKind.Message, text: Scan.After(line, "\"arguments\":[\""u8))
            : line.StartsWith("{\"type\":6"u8) ? new Incoming(IncomingKind.Heartbeat)
            : new Incoming(Scan.IsError(line) ? IncomingKind.Error : IncomingKind.Other);
    }

    public async Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel)
    {
        var connection = await LoadConnection.ConnectAsync(new Opening(url, "/hub", Separator: (byte)End), cancel);
        await connection.UntilAsync(
            $$"""{"protocol":"json","version":1}{{End}}{"type":1,"invocationId":"1","target":"Join","arguments":["{{room}}"]}{{End}}""", "\"invocationId\":\"1\"", cancel);
        return connection;
    }

    public string Send(string to, LoadConnection? recipient)
        => $$"""{"type":1,"invocationId":"{{SendFrame.Id}}","target":"Send","arguments":["{{to}}","{{SendFrame.Body}}"]}{{End}}""";
}
