using System.Text;

namespace OrleansChat.Load;

/// <summary>Pages of 50 from random places of one long conversation, several readers at once.</summary>
internal sealed class HistoryScenario(LoadOptions options, int messages, int readers)
{
    private const int Page = 50;
    private const int AtOnce = 100;
    private const int Writers = 8;

    private readonly Measurement _measurement = new();

    public async Task<LoadReport> RunAsync(CancellationToken cancel)
    {
        using var guests = new Guests(options);
        using var writers = await GroupCrowd.ConnectAsync(options, guests, Writers, Writers, AtOnce, cancel);
        await WriteAsync(writers, cancel);
        var group = $"group:load-{options.Run}";
        var all = await guests.ConnectAsync(readers, (_, name, connection) => Task.FromResult(connection), cancel, first: Writers);
        try
        {
            foreach (var reader in all)
            {
                reader.Attach(new LoadPeer(_measurement, "a reader", receiver: null));
                await reader.CallAsync($"\"do\":\"group.join\",\"group\":\"{group["group:".Length..]}\"", cancel);
            }

            return await new RepeatedCall(options, _measurement, "page").RunAsync(
                $"pages of {Page} out of {messages:N0} messages, {readers} readers",
                [.. all.Select(reader => (Func<CancellationToken, Task>)(stop => ReadAsync(reader, group, stop)))],
                cancel);
        }
        finally
        {
            _measurement.IsOver = true;
            Array.ForEach(all, reader => reader.Dispose());
        }
    }

    private async Task WriteAsync(Crowd writers, CancellationToken cancel)
    {
        foreach (var sender in writers.Senders)
        {
            sender.Start();
        }

        for (; writers.Acked < messages; Progress.Show($"{writers.Acked:N0} of {messages:N0} written"))
        {
            await Task.Delay(20, cancel);
            if (writers.Measurement.ViolationCount > 0)
            {
                throw new LoadException($"The conversation could not be written: {writers.Measurement.Violations[0]}");
            }
        }

        foreach (var sender in writers.Senders)
        {
            sender.Stop();
        }

        while (writers.Acked < writers.Sent)
        {
            await Task.Delay(2, cancel);
        }
    }

    private async Task ReadAsync(LoadConnection reader, string group, CancellationToken cancel)
    {
        var before = Random.Shared.Next(Math.Min(messages, (2 * Page) + Writers), messages + 1);
        var page = Encoding.UTF8.GetBytes(await reader.CallAsync($"\"do\":\"history\",\"conversation\":\"{group}\",\"before\":{before},\"limit\":{Page}", cancel));
        var found = page.AsSpan().Count("\"kind\":\"text\""u8);

        // The joinings before the first message are entries of the log too.
        if (found != Math.Min(Page, messages) && before > (2 * Page) + Writers)
        {
            _measurement.Violation($"The page before {before} has {found} messages instead of {Page}");
        }
    }
}
