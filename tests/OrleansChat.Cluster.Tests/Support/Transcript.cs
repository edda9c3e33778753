using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>A conversation's whole log as history shows it, and what must be true of it and of those who heard it.</summary>
internal sealed class Transcript
{
    private readonly IReadOnlyList<Heard> _entries;

    private Transcript(string conversation, string epoch, IReadOnlyList<Heard> entries)
    {
        Conversation = conversation;
        Epoch = epoch;
        _entries = entries;
        for (int i = 0; i < entries.Count; i++)
        {
            Assert.True(entries[i].Seq == i + 1, $"{conversation} has {entries[i]} where {i + 1} belongs");
        }
    }

    public string Conversation { get; }

    public string Epoch { get; }

    public IReadOnlyList<Heard> Entries => _entries;

    public long Last => _entries.Count;

    public static async Task<Transcript> ReadAsync(IChatCalls chat, string conversation)
    {
        List<Heard> entries = [];
        while (true)
        {
            long after = entries.Count;
            HistoryPage page = await Patiently.AsTold(() => chat.HistoryAsync(conversation, after: after, limit: 200), $"history of {conversation}");
            entries.AddRange(page.Messages.Select(Heard.Of));
            if (!page.More)
            {
                return new Transcript(conversation, page.Epoch, entries);
            }
        }
    }

    /// <summary>Every acknowledged send stands where its acknowledgement says, no client id twice, each person's in the order they were sent.</summary>
    public void AssertKept(IEnumerable<Sent> all)
    {
        IGrouping<(string From, string? ClientId), Heard>? doubled =
            _entries.Where(entry => entry.ClientId is not null).GroupBy(entry => (entry.From, entry.ClientId)).FirstOrDefault(same => same.Count() > 1);
        Assert.True(doubled is null, $"{Conversation} has one client id more than once: {string.Join("; ", doubled ?? Enumerable.Empty<Heard>())}");
        Dictionary<string, long> reached = [];
        foreach (Sent sent in all.Where(sent => sent.Conversation == Conversation))
        {
            Heard? there = sent.Ack.Seq >= 1 && sent.Ack.Seq <= Last ? _entries[(int)sent.Ack.Seq - 1] : null;
            Assert.True(
                there is not null && there.From == sent.From && there.ClientId == sent.ClientId && there.Text == $"text of {sent.ClientId}",
                $"{Conversation}: {sent.ClientId} of {sent.From} was acknowledged as {sent.Ack.Seq}, where there is {there?.ToString() ?? "nothing"} (last: {Last})");
            Assert.True(
                sent.Ack.Seq > reached.GetValueOrDefault(sent.From),
                $"{Conversation}: {sent.ClientId} of {sent.From} got {sent.Ack.Seq}, but one sent before it got {reached.GetValueOrDefault(sent.From)}");
            reached[sent.From] = sent.Ack.Seq;
        }
    }

    /// <summary>Waits until somebody has heard the end, and compares: every entry from <paramref name="from"/> on, once, in this order, nothing else.</summary>
    public async Task AssertHeardAsync(Recorder recorder, long from = 1, TimeSpan? deadline = null)
    {
        await Eventually.ValueAsync(
            () => Task.FromResult(recorder.Last(Conversation)), last => last >= Last, deadline, $"{recorder.Who} hears {Conversation} up to {Last}");
        Assert.True(recorder.Violations.Count == 0, string.Join('\n', recorder.Violations.Take(10)));
        IReadOnlyList<Heard> heard = [.. recorder.In(Conversation).SkipWhile(entry => entry.Seq < from)];
        for (int i = 0; i < Math.Max(heard.Count, Last - from + 1); i++)
        {
            Heard? expected = from - 1 + i < Last ? _entries[(int)from - 1 + i] : null;
            Heard? got = i < heard.Count ? heard[i] : null;
            Assert.True(got == expected, $"{recorder.Who} heard in {Conversation} {got?.ToString() ?? "nothing"} instead of {expected?.ToString() ?? "nothing"}");
        }
    }
}
