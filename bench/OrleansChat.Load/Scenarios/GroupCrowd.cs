using System.Text;

namespace OrleansChat.Load;

/// <summary>One group: a few send, everyone receives, the senders their own messages too.</summary>
internal static class GroupCrowd
{
    public static async Task<Crowd> ConnectAsync(LoadOptions options, Guests guests, int members, int senders, int window, CancellationToken cancel, int firstGuest = 0)
    {
        var measurement = new Measurement();
        var sending = Math.Min(senders, members);
        var group = $"load-{options.Run}";
        Progress.Show($"connecting {members} guests");
        var connected = await guests.ConnectAsync(members, (_, name, connection) => Task.FromResult((Name: name, Connection: connection)), cancel, firstGuest);
        await JoinAsync(group, [.. connected.Select(member => member.Connection)], cancel);

        // Before its first sync a session gets no messages; after everyone has joined, all sync to the same last number.
        var peers = new LoadPeer[members];
        for (var i = 0; i < members; i++)
        {
            var (name, connection) = connected[i];
            var sync = Encoding.UTF8.GetBytes(await connection.CallAsync("\"do\":\"sync\",\"positions\":{}", cancel));
            var last = Scan.Number(Scan.After(sync, Encoding.UTF8.GetBytes($"\"conversation\":\"group:{group}\"")), "\"last\":"u8);
            if (last < 1)
            {
                throw new LoadException($"{name} joined {group}, but its sync does not list it: {Encoding.UTF8.GetString(sync)}");
            }

            peers[i] = new LoadPeer(measurement, name, new Receiver(measurement, name, sending, last + 1));
            connection.Attach(peers[i]);
        }

        for (var i = 0; i < sending; i++)
        {
            // Spread over the members, and so over the nodes.
            var at = (int)((long)i * members / sending);
            peers[at].Sender = new Sender(
                measurement, connected[at].Connection, new SendFrame(NativeDialect.Send($"group:{group}", echo: true), options.Bytes), i, window, alone: sending == 1, members);
        }

        return new Crowd($"group of {members}", measurement, peers, [.. connected.Select(member => member.Connection)]);
    }

    private static async Task JoinAsync(string group, LoadConnection[] members, CancellationToken cancel)
    {
        Progress.Show($"{members.Length} join");
        await members[0].CallAsync($"\"do\":\"group.create\",\"group\":\"{group}\",\"title\":\"Load\",\"join\":\"open\"", cancel);
        await Parallel.ForEachAsync(members.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel },
            async (member, stop) => await member.CallAsync($"\"do\":\"group.join\",\"group\":\"{group}\"", stop));
    }
}
