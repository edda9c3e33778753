using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Pages of history with what changed applied, and ranges of the log as it is.</summary>
public abstract class HistorySpecification : ConversationSpecification
{
    [Fact]
    public async Task History_shows_edits_deletions_and_reactions_and_leaves_change_entries_out()
    {
        Talk talk = await NewGroupAsync();
        long edited = await talk.SayAsync("member", "frist");
        long deleted = await talk.SayAsync("member", "gone", "D");
        long reacted = await talk.SayAsync("member", "nice");
        await talk.EditAsync("member", edited, "first");
        await talk.DeleteAsync("member", deleted);
        await talk.ReactAsync("owner", reacted, "👍");
        await talk.ReactAsync("admin", reacted, "👍");
        await talk.ReactAsync("admin", reacted, "😀");
        await talk.ReactAsync("owner", edited, "👎");
        await talk.ReactAsync("owner", edited, "👎", on: false);

        HistoryPage page = await talk.HistoryAsync("owner");

        Assert.Equal([1, 2, edited, deleted, reacted], page.Seqs());
        Assert.Equal((1L, 12L, 12L, false), (page.From, page.To, page.Last, page.More));
        JsonElement first = Parse(page.Messages[2]);
        Assert.Equal("first", first.GetProperty("text").GetString());
        Assert.True(first.GetProperty("edited").GetInt64() >= first.GetProperty("at").GetInt64());
        Assert.False(first.TryGetProperty("reactions", out JsonElement reactions) && reactions.EnumerateObject().Any());
        Assert.Equal(
            $$"""{"conversation":"{{talk.Id}}","seq":{{deleted}},"from":"member","at":{{Parse(page.Messages[3]).GetProperty("at")}},"kind":"text","clientId":"D","deleted":true}""",
            String(page.Messages[3]));
        JsonElement counted = Parse(page.Messages[4]).GetProperty("reactions");
        Assert.Equal(["👍", "😀"], counted.EnumerateObject().Select(reaction => reaction.Name));
        Assert.Equal("""["owner","admin"]""", counted.GetProperty("👍").GetRawText());
        Assert.Equal("""["admin"]""", counted.GetProperty("😀").GetRawText());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(200)]
    public async Task Pages_in_both_directions_cover_every_number_once(int limit)
    {
        Talk talk = await NewGroupAsync();
        for (int i = 0; i < 40; i++)
        {
            long seq = await talk.SayAsync("member", $"{i}");
            await (i % 4 == 0 ? talk.ReactAsync("owner", seq, "👍") : i % 4 == 1 ? talk.DeleteAsync("member", seq) : Task.FromResult(0L));
        }

        IReadOnlyList<long> expected = (await talk.HistoryAsync("owner")).Seqs();
        Assert.Equal(42, expected.Count);
        var backward = new List<long>();
        long? before = null;
        long next = (await talk.RangeAsync(limit: 0)).Last;
        for (HistoryPage page = await talk.HistoryAsync("owner", before, limit: limit); ; page = await talk.HistoryAsync("owner", before, limit: limit))
        {
            Assert.Equal(next, page.To);
            Assert.True(page.Messages.Count <= limit);
            backward.InsertRange(0, page.Seqs());
            (before, next) = (page.From, page.From - 1);
            if (!page.More)
            {
                break;
            }
        }

        var forward = new List<long>();
        long after = 0;
        for (HistoryPage page = await talk.HistoryAsync("owner", after: 0, limit: limit); ; page = await talk.HistoryAsync("owner", after: after, limit: limit))
        {
            Assert.Equal(after + 1, page.From);
            Assert.True(page.Messages.Count <= limit);
            forward.AddRange(page.Seqs());
            after = page.To;
            if (!page.More)
            {
                break;
            }
        }

        Assert.Equal((0L, (await talk.RangeAsync(limit: 0)).Last), (next, after));
        Assert.Equal(expected, backward);
        Assert.Equal(expected, forward);
    }

    [Fact]
    public async Task Page_that_only_change_entries_could_fill_says_that_there_is_more()
    {
        (Talk talk, string one, string other) = NewDirect();
        long first = await talk.SayAsync(one, "first");
        for (int i = 0; i < 2200; i++)
        {
            await talk.ReactAsync(other, first, "👍", on: i % 2 == 0);
        }

        HistoryPage page = await talk.HistoryAsync(one, limit: 10);
        Assert.Empty(page.Messages);
        Assert.True(page.More);
        HistoryPage rest = await talk.HistoryAsync(one, before: page.From, limit: 10);

        Assert.Equal([first], rest.Seqs());
        Assert.Equal((1L, page.From - 1, false), (rest.From, rest.To, rest.More));
    }

    [Fact]
    public async Task Page_beyond_either_end_is_empty_and_covers_nothing()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "3");

        foreach (HistoryPage page in new[]
        {
            await talk.HistoryAsync("member", before: 1), await talk.HistoryAsync("member", after: 3), await talk.HistoryAsync("member", after: 1L << 53),
        })
        {
            Assert.Empty(page.Messages);
            Assert.True(page.To < page.From);
            Assert.False(page.More);
            Assert.Equal(3, page.Last);
        }

        Assert.Equal([1L, 2, 3], (await talk.HistoryAsync("member", before: 1L << 53)).Seqs());
    }

    [Fact]
    public async Task Range_is_dense_with_tombstones_where_content_was_deleted()
    {
        (Talk talk, string one, string other) = NewDirect();
        foreach (int i in Enumerable.Range(1, 6))
        {
            await talk.SayAsync(one, $"{i}");
        }

        await talk.EditAsync(one, 3, "three");
        await talk.DeleteAsync(one, 1);
        await talk.DeleteAsync(one, 3);
        await talk.DeleteAsync(one, 6);

        LogRange all = await talk.RangeAsync(reader: other);
        Assert.Equal(Numbers(1, 10), all.Seqs());
        Assert.Equal((1L, 10L), (all.First, all.Last));
        Assert.Equal([1, 3, 6, 7], all.Entries.Where(entry => String(entry.Message).EndsWith(",\"deleted\":true}", StringComparison.Ordinal)).Select(entry => entry.Seq));
        Assert.Equal(["2", "4", "5"], all.Entries.Select(entry => Text(entry.Message)).Where(text => text.Length > 0));
        foreach (long after in Numbers(0, 10))
        {
            foreach (int limit in new[] { 0, 1, 2, 5 })
            {
                Assert.Equal(Numbers(1, 10).Where(seq => seq > after).Take(limit), (await talk.RangeAsync(after, limit)).Seqs());
            }
        }
    }

    [Fact]
    public async Task Member_of_a_group_with_joined_history_reads_from_the_entry_that_let_them_in()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Open, HistoryFromJoin: true));
        await talk.SayAsync("owner", "before");
        long joined = (await DoAsync(talk, "late", GroupVerb.Join)).Position.Seq;
        await talk.SayAsync("owner", "after");

        Assert.Equal([joined, joined + 1], (await talk.HistoryAsync("late")).Seqs());
        Assert.Equal([joined, joined + 1], (await talk.HistoryAsync("late", after: 0)).Seqs());
        Assert.Empty((await talk.HistoryAsync("late", before: joined)).Messages);
        Assert.Equal([joined, joined + 1], (await talk.RangeAsync(reader: "late")).Seqs());
        Assert.Equal(joined, (await talk.SummaryAsync("late")).From);
        Assert.Equal(1, (await talk.SummaryAsync("owner")).From);
        Assert.Equal(4 + 1, (await talk.HistoryAsync("owner")).Messages.Count);

        await DoAsync(talk, "owner", GroupVerb.Update, settings: new GroupSettings(HistoryFromJoin: false));
        Assert.Equal(1, (await talk.HistoryAsync("late")).From);
    }
}
