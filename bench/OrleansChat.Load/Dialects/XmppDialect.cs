namespace OrleansChat.Load;

/// <summary>XMPP over WebSocket (RFC 7395), anonymous users (XEP-0175) of <c>localhost</c>, groups as rooms of <c>conference.localhost</c> (XEP-0045). Messages are not acknowledged.</summary>
internal sealed class XmppDialect : IPeerDialect
{
    private const string Open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";

    public bool Acknowledges => false;

    public bool Numbers => false;

    public byte[] HeartbeatAnswer => [];

    public Incoming Read(ReadOnlySpan<byte> line)
        => line.StartsWith("<message"u8) && Scan.After(line, "<body>"u8) is { IsEmpty: false } text
            ? new Incoming(line.IndexOf("type='error'"u8) >= 0 ? IncomingKind.Error : IncomingKind.Message, text: text)
            : new Incoming(line.StartsWith("<stream:error"u8) ? IncomingKind.Error : IncomingKind.Other);

    public async Task<LoadConnection> ConnectAsync(Uri url, string name, string room, string to, CancellationToken cancel)
    {
        var connection = await LoadConnection.ConnectAsync(new Opening(url, "/ws", "Sec-WebSocket-Protocol: xmpp\r\n"), cancel);
        await connection.UntilAsync(Open, "mechanism>", cancel);
        await connection.UntilAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>", "<success", cancel);
        await connection.UntilAsync(Open, "xmpp-bind", cancel);
        var bound = await connection.UntilAsync(
            $"<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{name}</resource></bind></iq>", "<jid>", cancel);
        connection.Address = bound[(bound.IndexOf("<jid>", StringComparison.Ordinal) + 5)..bound.IndexOf("</jid>", StringComparison.Ordinal)];
        if (room != name)
        {
            await connection.UntilAsync(
                $"<presence xmlns='jabber:client' to='{room}@conference.localhost/{name}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>",
                "code='110'", cancel);
        }

        return connection;
    }

    public string Send(string to, LoadConnection? recipient)
        => $"<message xmlns='jabber:client' to='{recipient?.Address ?? $"{to}@conference.localhost"}' type='{(recipient is null ? "groupchat" : "chat")}' id='c{SendFrame.Id}'><body>{SendFrame.Body}</body></message>";
}
