namespace OrleansChat.Load;

/// <summary>This server's SignalR door: the methods of its hub, and its events.</summary>
internal sealed class HubDoorDialect(Guests guests) : IPeerDialect
{
    private const char End = '\u001e';
    private readonly SignalRDialect _signalR = new();

    public bool Acknowledges => true;

    public bool Numbers => false;

    public byte[] HeartbeatAnswer => _signalR.HeartbeatAnswer;

    public Incoming Read(ReadOnlySpan<byte> line)
        => !line.StartsWith("{\"type\":1,"u8) ? _signalR.Read(line)
            : Scan.IsMessage(line) ? new Incoming(IncomingKind.Message, text: Scan.After(line, "\"text\":\""u8))
            : new Incoming(IncomingKind.Other);

    public async Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel)
    {
        var guest = await guests.CreateAsync(url, name, cancel);
        var connection = await LoadConnection.ConnectAsync(new Opening(url, $"/hub?access_token={guest.Token}", Separator: (byte)End), cancel);
        await connection.UntilAsync($$"""{"protocol":"json","version":1}{{End}}{{Call(1, "Sync", "\"positions\":{}")}}""", "\"invocationId\":\"1\"", cancel);
        if (room != name)
        {
            await JoinAsync(connection, room, cancel);
        }

        return connection;
    }

    public string Send(string to, LoadConnection? recipient)
        => $$"""{"type":1,"invocationId":"{{SendFrame.Id}}","target":"Send","arguments":[{{{(recipient is null ? $"\"conversation\":\"group:{to}\"" : $"\"to\":\"{to}\",\"echo\":false")}},"clientId":"c{{SendFrame.Id}}","text":"{{SendFrame.Body}}"}]}{{End}}""";

    // Whoever comes first makes the group; the others find that it is there.
    private static async Task JoinAsync(LoadConnection connection, string group, CancellationToken cancel)
    {
        if (await CallAsync(connection, 2, "GroupJoin", group, cancel) is { } absent
            && await CallAsync(connection, 3, "GroupCreate", group, cancel) is not null
            && await CallAsync(connection, 4, "GroupJoin", group, cancel) is not null)
        {
            throw new LoadException($"The group {group} can be neither made nor joined: {absent}");
        }
    }

    // Null, or what was refused.
    private static async Task<string?> CallAsync(LoadConnection connection, int id, string method, string group, CancellationToken cancel)
    {
        var join = method == "GroupCreate" ? ",\"title\":\"Load\",\"join\":\"open\"" : "";
        var answer = await connection.UntilAsync(Call(id, method, $"\"group\":\"{group}\"{join}"), $"\"invocationId\":\"{id}\"", cancel);
        return answer.Contains("\"error\":", StringComparison.Ordinal) ? answer : null;
    }

    private static string Call(int id, string method, string parameters)
        => $$$"""{"type":1,"invocationId":"{{{id}}}","target":"{{{method}}}","arguments":[{{{{parameters}}}}]}{{{End}}}""";
}
