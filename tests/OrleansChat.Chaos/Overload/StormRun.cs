using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Running;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Overload;

/// <summary>What a storm showed.</summary>
/// <param name="Clients">How many came back at once.</param>
/// <param name="Refused">Attempts that were refused or failed on the way.</param>
/// <param name="Back">How long until all of them were back.</param>
/// <param name="Beside">Sends of somebody at the node that they came to, meanwhile.</param>
internal sealed record StormReport(int Clients, int Refused, TimeSpan Back, Tally Beside);

/// <summary>A node dies, and everybody who was there comes to the other one, after a wait of their own that is drawn by lot, as the client libraries do.</summary>
internal static class StormRun
{
    private const int ConnectingAtOnce = 64;

    public static async Task<StormReport> RunAsync(int clients)
    {
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(new RunOptions { Nodes = 2, ServerOptions = ["--limit-sessions", "1000000"] });
        string token = await cluster.RegisterAsync("everybody");
        (Uri first, Uri second) = (cluster.Nodes[0].Process.Url, cluster.Nodes[1].Process.Url);
        NativeConnection[] all = new NativeConnection[clients];
        await Parallel.ForAsync(0, clients, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (i, _) => all[i] = await OpenAsync(first, token));

        NativeConnection beside = await OpenAsync(second, await cluster.RegisterAsync("beside"));
        Tally tally = new();
        await cluster.RegisterAsync("friend");
        await beside.OpenAsync("friend").WithinAsync(what: "the direct conversation");
        using CancellationTokenSource end = new();
        Task sending = SendAsync(beside, tally, end.Token);

        long started = TimeProvider.System.GetTimestamp();
        await cluster.Nodes[0].Process.KillAsync();
        int refused = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async i =>
        {
            await all[i].Closed.WithinAsync(TimeSpan.FromSeconds(60), "the end of a connection");
            await all[i].DisposeAsync();
            for (int attempt = 0; ; attempt++)
            {
                await Pace.ForAsync(Random.Shared.Next(50, 1000 << Math.Min(attempt, 4)), CancellationToken.None);
                try
                {
                    all[i] = await OpenAsync(second, token);
                    return;
                }
                catch (Exception lost) when (attempt < 20 && lost is ChatException or System.Net.WebSockets.WebSocketException or TimeoutException or OperationCanceledException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })).WithinAsync(TimeSpan.FromMinutes(3), "everybody is back");
        TimeSpan back = TimeProvider.System.GetElapsedTime(started);
        await end.CancelAsync();
        await sending;
        await Task.WhenAll(all.Append(beside).Select(connection => connection.DisposeAsync().AsTask()));
        return new StormReport(clients, refused, back, tally);
    }

    private static async Task<NativeConnection> OpenAsync(Uri node, string token)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(20));
        NativeConnection connection = await NativeConnection.ConnectAsync(node, new NativeConnectionOptions { Token = token }, late.Token);
        try
        {
            await connection.SyncAsync(cancel: late.Token);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
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
