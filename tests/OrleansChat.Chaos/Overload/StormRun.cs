using System.Collections.Concurrent;
using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Running;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Overload;

/// <summary>
/// A node ends, and everybody who was there comes to the other one. They are clients of the library, which wait as long as the node said
/// (<c>bye</c>, where it could) and as lots are drawn, longer after each attempt that failed.
/// </summary>
internal static class StormRun
{
    private const int ConnectingAtOnce = 64;

    // Fewer than a user may have (32), even while those that the dead node left behind still count.
    private const int ClientsOfOneUser = 12;

    /// <param name="clients">How many.</param>
    /// <param name="killed">Whether the node is killed, or asked to end.</param>
    public static async Task<StormReport> RunAsync(int clients, bool killed = true)
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(new RunOptions { Nodes = 2, DirectStorage = true });
        (Uri first, Uri second) = (cluster.Nodes[0].Process.Url, cluster.Nodes[1].Process.Url);
        ConcurrentBag<double> attempts = [];
        long ended = 0;
        string[] tokens = await TokensAsync(first, 1 + (clients / ClientsOfOneUser));
        ChatClientOptions OptionsOf(int client) => new()
        {
            Addresses = [first, second],
            ConnectTimeout = TimeSpan.FromSeconds(20),
            TokenProvider = _ =>
            {
                if (Volatile.Read(ref ended) is var since and > 0)
                {
                    attempts.Add(TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
                }

                return ValueTask.FromResult(tokens[client / ClientsOfOneUser]);
            },
        };
        ChatClient[] all = [.. Enumerable.Range(0, clients).Select(client => new ChatClient(OptionsOf(client)))];
        await Parallel.ForAsync(0, clients, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (i, cancel) => await all[i].ConnectAsync(cancel));
        string[] homes = await Task.WhenAll(all.Select(NextNodeAsync)).WithinAsync(what: "everybody is there");
        string home = homes[0];
        Assert(homes.All(node => node == home), "Somebody is elsewhere before anything happened.");

        await using NativeConnection beside = await NativeConnection.ConnectAsync(second, new NativeConnectionOptions { Token = await cluster.RegisterAsync("beside") });
        await beside.SyncAsync().WithinAsync(what: "the sync of somebody else");
        await cluster.RegisterAsync("friend");
        await beside.OpenAsync("friend").WithinAsync(what: "the direct conversation");
        Tally tally = new();
        using CancellationTokenSource end = new();
        Task sending = SendAsync(beside, tally, end.Token);

        Volatile.Write(ref ended, TimeProvider.System.GetTimestamp());
        await (killed ? cluster.Nodes[0].Process.KillAsync() : cluster.Nodes[0].Process.StopAsync());
        await Task.WhenAll(all.Select(async client =>
        {
            while (await NextNodeAsync(client) == home)
            {
                // One that was there already, or was let in again by the node that was just ending.
            }
        })).WithinAsync(TimeSpan.FromMinutes(3), "everybody is back");
        TimeSpan back = TimeProvider.System.GetElapsedTime(ended);
        await end.CancelAsync();
        await sending;
        await Task.WhenAll(all.Select(client => client.DisposeAsync().AsTask()));
        return new StormReport(clients, attempts, back, tally);
    }

    private static async Task<string[]> TokensAsync(Uri node, int users)
    {
        using HttpClient http = new() { BaseAddress = node };
        ChatRest rest = new(http);
        string[] tokens = new string[users];
        await Parallel.ForAsync(0, users, async (i, cancel) => tokens[i] = (await rest.CreateGuestAsync($"storm{i}", cancel)).Token);
        return tokens;
    }

    private static async Task<string> NextNodeAsync(ChatClient client)
    {
        await foreach (ChatEvent happened in client.Events.ReadAllAsync())
        {
            if (happened is ConnectedEvent connected)
            {
                return connected.Hello.Node;
            }
        }

        throw new InvalidOperationException($"A client was sent away for good: {await client.Closed}");
    }

    private static void Assert(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private static async Task SendAsync(NativeConnection from, Tally tally, CancellationToken end)
    {
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            await tally.SendAsync(from, "dm:beside:friend", $"b{i}");
            await Pace.ForAsync(50, CancellationToken.None);
        }
    }
}
