namespace OrleansChat.Load;

/// <summary>The same loads on a peer, or through another door: a pair is two rooms of one, a group is one room.</summary>
internal static class PeerCrowd
{
    public static async Task<Crowd> PairsAsync(LoadOptions options, IPeerDialect dialect, int pairs, int window, CancellationToken cancel)
    {
        var measurement = new Measurement();
        var connections = await ConnectAsync(options, dialect, 2 * pairs, options.Name, index => options.Name(index ^ 1), cancel);
        var peers = connections.Select((connection, index) => Attach(dialect, measurement, connection, options.Name(index), index % 2 == 0 && !dialect.HearsItself ? null : 1)).ToArray();
        for (var i = 0; i < peers.Length; i += 2)
        {
            var frame = new SendFrame(dialect.Send(options.Name(i + 1), connections[i + 1]), options.Bytes);
            peers[i].Sender = new Sender(measurement, connections[i], frame, index: 0, window, alone: true, recipients: dialect.HearsItself ? 2 : 1);
            peers[i + 1].Receiver!.Acknowledges = dialect.Acknowledges ? null : peers[i].Sender;
        }

        return new Crowd("direct messages", measurement, peers, connections);
    }

    public static async Task<Crowd> GroupAsync(LoadOptions options, IPeerDialect dialect, int members, int senders, int window, CancellationToken cancel)
    {
        var measurement = new Measurement();
        var sending = Math.Min(senders, members);
        var group = $"group-{options.Run}";
        var connections = await ConnectAsync(options, dialect, members, _ => group, _ => group, cancel);
        var peers = connections.Select((connection, index) => Attach(dialect, measurement, connection, options.Name(index), sending)).ToArray();
        for (var i = 0; i < sending; i++)
        {
            var at = (int)((long)i * members / sending);
            var frame = new SendFrame(dialect.Send(group, null), options.Bytes);
            peers[at].Sender = new Sender(measurement, connections[at], frame, i, window, alone: false, members);
            peers[at].Receiver!.Acknowledges = dialect.Acknowledges ? null : peers[at].Sender;
        }

        return new Crowd($"group of {members}", measurement, peers, connections);
    }

    private static async Task<LoadConnection[]> ConnectAsync(
        LoadOptions options, IPeerDialect dialect, int count, Func<int, string> room, Func<int, string> to, CancellationToken cancel)
    {
        Progress.Show($"connecting {count}");
        var connections = new LoadConnection[count];
        await Guests.ForEachAsync(
            count,
            async (index, stop) => connections[index] = await dialect.ConnectAsync(options.UrlOf(index), options.Name(index), room(index), to(index), stop),
            cancel);
        return connections;
    }

    private static LoadPeer Attach(IPeerDialect dialect, Measurement measurement, LoadConnection connection, string name, int? senders)
    {
        var peer = new LoadPeer(measurement, name, senders is { } count ? new Receiver(measurement, name, count, firstSeq: 1) : null, dialect);
        connection.Attach(peer);
        return peer;
    }
}
