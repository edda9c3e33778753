namespace OrleansChat.Load;

/// <summary>Many direct conversations, in each of which one sends and the other receives.</summary>
internal sealed class PairsScenario(LoadOptions options, int pairs, int window, double rate, bool echo)
{
    private readonly Measurement _measurement = new();

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        using var guests = new Guests(options);
        Progress.Show($"connecting {2 * pairs} guests");
        var peers = await guests.ConnectAsync(2 * pairs, async (index, name, connection) =>
        {
            // The conversation begins with the load, so its first number is 1.
            var isSender = index % 2 == 0;
            var receiver = isSender && !echo ? null : new Receiver(_measurement, name, senders: 1, firstSeq: 1);
            var peer = new LoadPeer(_measurement, name, receiver);
            connection.Attach(peer);
            await connection.CallAsync("\"do\":\"sync\",\"positions\":{}", cancel);
            return (Name: name, Connection: connection, Peer: peer);
        }, cancel);
        for (var i = 0; i < peers.Length; i += 2)
        {
            var (sender, other) = (peers[i], peers[i + 1].Name);
            await sender.Connection.CallAsync($"\"do\":\"open\",\"to\":\"{other}\"", cancel);
            var conversation = string.CompareOrdinal(sender.Name, other) < 0 ? $"dm:{sender.Name}:{other}" : $"dm:{other}:{sender.Name}";
            sender.Peer.Sender = new Sender(
                _measurement, sender.Connection, new SendFrame(conversation, options.Bytes, echo), index: 0, window, alone: true);
        }

        try
        {
            return await new MessageLoad(options, _measurement, [.. peers.Select(peer => peer.Peer)], echo ? 2 : 1, rate)
                .RunAsync($"{pairs} pairs, {(rate > 0 ? $"{rate}/s" : $"window {window}")}, {options.Bytes} bytes", cancel);
        }
        finally
        {
            _measurement.IsOver = true;
            Array.ForEach(peers, peer => peer.Connection.Dispose());
        }
    }
}
