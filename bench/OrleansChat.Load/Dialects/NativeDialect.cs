namespace OrleansChat.Load;

/// <summary>The native door.</summary>
internal sealed class NativeDialect : IDialect
{
    public static NativeDialect Instance { get; } = new();

    public bool Acknowledges => true;

    public bool Numbers => true;

    public byte[] HeartbeatAnswer => [];

    public Incoming Read(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{\"re\":"u8))
        {
            var seq = Scan.Number(line, "\"seq\":"u8);
            return seq < 1 || Scan.IsError(line)
                ? new Incoming(IncomingKind.Error)
                : new Incoming(IncomingKind.Acknowledgement, Scan.Number(line, "\"re\":"u8) - LoadConnection.FirstSendId, seq);
        }

        return Scan.IsMessage(line)
            ? new Incoming(IncomingKind.Message, seq: Scan.Number(line, "\"seq\":"u8), text: Scan.After(line, "\"text\":\""u8))
            : new Incoming(Scan.IsError(line) ? IncomingKind.Error : IncomingKind.Other);
    }

    /// <summary>The frame of a send.</summary>
    public static string Send(string conversation, bool echo)
        => $$"""{"id":{{SendFrame.Id}},"do":"send","conversation":"{{conversation}}","clientId":"c{{SendFrame.Id}}",{{(echo ? "" : "\"echo\":false,")}}"text":"{{SendFrame.Body}}"}""";
}
