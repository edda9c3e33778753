namespace OrleansChat.Load;

/// <summary>A relay: what is sent comes out at the other end as it is, and nobody answers.</summary>
internal sealed class BareDialect : IPeerDialect
{
    public bool Acknowledges => false;

    public bool Numbers => false;

    public byte[] HeartbeatAnswer => [];

    public Incoming Read(ReadOnlySpan<byte> line) => new(IncomingKind.Message, text: Scan.After(line, "\"text\":\""u8));

    public Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel)
        => LoadConnection.ConnectAsync(new Opening(url, $"/ws?in={room}&to={to}"), cancel);

    public string Send(string to, LoadConnection? recipient) => $$"""{"clientId":"c{{SendFrame.Id}}","text":"{{SendFrame.Body}}"}""";
}
