namespace OrleansChat.Load;

/// <summary>Many direct conversations, in each of which one sends and the other receives.</summary>
internal static class PairsCrowd
{
    public static async Task<Crowd> ConnectAsync(LoadOptions options, Guests guests, int pairs, int window, bool echo, CancellationToken cancel)
    {
        var measurement = new Measurement();
        Progress.Show($"connecting {2 * pairs} guests");
        var peers = await guests.ConnectAsync(2 * pairs, async (index, name, connection) =>
        {
            // The conversation begins with the load, so its first number is 1.
            var isSender = index % 2 == 0;
            var receiver = isSender && !echo ? null : new Receiver(measurement, name, senders: 1, firstSeq: 1);
            var peer = new LoadPeer(measurement, name, receiver);
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
                measurement, sender.Connection, new SendFrame(NativeDialect.Send(conversation, echo), options.Bytes), index: 0, window, alone: true, echo ? 2 : 1);
        }

        return new Crowd("direct messages", measurement, [.. peers.Select(peer => peer.Peer)], [.. peers.Select(peer => peer.Connection)]);
    }
}
