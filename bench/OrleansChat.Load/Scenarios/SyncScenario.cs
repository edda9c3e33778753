using System.Text;
using OrleansChat.Client;

namespace OrleansChat.Load;

/// <summary>Somebody with many conversations connects and syncs, again and again. The connecting is part of what is measured.</summary>
internal sealed class SyncScenario(LoadOptions options, int conversations, int atOnce)
{
    private const int Makers = 8;
    private readonly Measurement _measurement = new();

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        using var guests = new Guests(options);
        var user = await guests.CreateAsync(0, cancel);
        using var first = await LoadConnection.ConnectAsync(options.Urls[0], user.Token, cancel);
        await JoinAsync(first, cancel);
        try
        {
            return await new RepeatedCall(options, _measurement, "sync").RunAsync(
                $"sync of {conversations:N0} conversations, {atOnce} at once",
                [.. Enumerable.Range(0, atOnce).Select(index => (Func<CancellationToken, Task>)(stop => SyncAsync(index, user, stop)))],
                cancel);
        }
        finally
        {
            _measurement.IsOver = true;
        }
    }

    private async Task JoinAsync(LoadConnection connection, CancellationToken cancel)
    {
        var made = 0;
        await Parallel.ForAsync(0, conversations, new ParallelOptions { MaxDegreeOfParallelism = Makers, CancellationToken = cancel }, async (index, stop) =>
        {
            var group = $"load-{options.Run}-{index}";
            await connection.CallAsync($"\"do\":\"group.create\",\"group\":\"{group}\",\"title\":\"Load {index}\",\"join\":\"open\"", stop);
            await connection.CallAsync($"\"do\":\"send\",\"conversation\":\"group:{group}\",\"clientId\":\"c1\",\"text\":\"hello\"", stop);
            if (Interlocked.Increment(ref made) is var count && count % 50 == 0)
            {
                Progress.Show($"{count:N0} conversations made");
            }
        });
    }

    private async Task SyncAsync(int index, ChatToken user, CancellationToken cancel)
    {
        using var connection = await LoadConnection.ConnectAsync(options.UrlOf(index), user.Token, cancel);
        var sync = Encoding.UTF8.GetBytes(await connection.CallAsync("\"do\":\"sync\",\"positions\":{}", cancel));
        var found = sync.AsSpan().Count("\"lastMessage\":"u8);
        if (found != conversations)
        {
            _measurement.Violation($"A sync listed {found} conversations of {conversations}");
        }
    }
}
