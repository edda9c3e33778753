namespace OrleansChat.Load;

/// <summary>
/// A day in short: people write to each other, a large group is written to, and meanwhile others come, look around, read and leave. The
/// latencies of direct messages are the report's; the group's stand beside them, so that it shows whether a hot group holds everybody up.
/// </summary>
internal sealed class MixedScenario(LoadOptions options, int pairs, double rate, int members, double groupRate, int visitors)
{
    private const int Window = 32;
    private readonly Measurement _visits = new();

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        using var guests = new Guests(options);
        using var direct = await PairsCrowd.ConnectAsync(options, guests, pairs, Window, echo: false, cancel);
        using var group = await GroupCrowd.ConnectAsync(options, guests, members, Math.Min(5, members), Window, cancel, firstGuest: 2 * pairs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var visiting = Enumerable.Range(0, visitors).Select(index => VisitAsync(guests, (2 * pairs) + members + index, stop.Token)).ToArray();
        var report = await new MessageLoad(options, [direct, group], [rate, groupRate]).RunAsync(
            $"mixed: {pairs} pairs {rate}/s, group of {members} {groupRate}/s, {visitors} who come and go, {options.Bytes} bytes", cancel);
        await stop.CancelAsync();
        await Task.WhenAll(visiting);
        return report with
        {
            Others = new Dictionary<string, Latency>(report.Others!) { ["visit"] = _visits.Ack.Summarise() },
            ViolationCount = report.ViolationCount + _visits.ViolationCount,
            Violations = [.. report.Violations, .. _visits.Violations],
        };
    }

    // Comes, looks, reads a page of the group, says that it is typing and has read, and goes; then comes again.
    private async Task VisitAsync(Guests guests, int index, CancellationToken stop)
    {
        _visits.Start();
        try
        {
            var user = await guests.CreateAsync(index, stop);
            using var stays = await LoadConnection.ConnectAsync(options.UrlOf(index), user.Token, stop);
            var group = $"load-{options.Run}";
            await stays.CallAsync($"\"do\":\"group.join\",\"group\":\"{group}\"", stop);
            while (!stop.IsCancellationRequested)
            {
                var began = TextStamp.Now;
                using (var connection = await LoadConnection.ConnectAsync(options.UrlOf(index), user.Token, stop))
                {
                    await connection.CallAsync("\"do\":\"sync\",\"positions\":{}", stop);
                    await connection.CallAsync($"\"do\":\"history\",\"conversation\":\"group:{group}\",\"limit\":50", stop);
                    await connection.CallAsync($"\"do\":\"typing\",\"conversation\":\"group:{group}\"", stop);
                    await connection.CallAsync($"\"do\":\"read\",\"conversation\":\"group:{group}\",\"seq\":1", stop);
                    await connection.CallAsync("\"do\":\"who\",\"limit\":50", stop);
                }

                _visits.Record(_visits.Ack, began);
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception failed) when (failed is LoadException or TimeoutException or System.Net.Sockets.SocketException)
        {
            _visits.Violation($"A visit failed: {failed.Message}");
        }
    }
}
