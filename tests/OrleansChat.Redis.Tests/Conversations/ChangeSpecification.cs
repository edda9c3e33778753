using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Edits, deletions, reactions and pins: who may, what entry they make.</summary>
public abstract class ChangeSpecification : ConversationSpecification
{
    // Each acts on a message of member: done, or the refusal.
    [Theory]
    [InlineData("member", "done", "done", "done", "forbidden")]
    [InlineData("other", "forbidden", "forbidden", "done", "forbidden")]
    [InlineData("admin", "forbidden", "done", "done", "done")]
    [InlineData("owner", "forbidden", "done", "done", "done")]
    [InlineData("stranger", "not_member", "not_member", "not_member", "not_member")]
    public async Task Change_of_a_group_message_is_for(string who, string edit, string delete, string react, string pin)
    {
        Talk talk = await NewGroupAsync(null, "other");
        long seq = await talk.SayAsync("member", "hi");

        Assert.Equal(edit, Outcome(await talk.ChangeAsync(who, ChangeKind.Edit, seq, "edited")));
        Assert.Equal(react, Outcome(await talk.ChangeAsync(who, ChangeKind.React, seq, "👍")));
        Assert.Equal(pin, Outcome(await talk.ChangeAsync(who, ChangeKind.Pin, seq)));
        Assert.Equal(delete, Outcome(await talk.ChangeAsync(who, ChangeKind.Delete, seq)));
        int done = new[] { edit, delete, react, pin }.Count(outcome => outcome == "done");
        Assert.Equal(seq + done, (await talk.RangeAsync(limit: 0)).Last);
    }

    [Fact]
    public async Task Change_of_a_direct_message_is_for_its_author_but_both_pin_and_react()
    {
        (Talk talk, string one, string other) = NewDirect();
        long seq = await talk.SayAsync(one, "hi");

        AssertRefused(ChatError.Forbidden, await talk.ChangeAsync(other, ChangeKind.Edit, seq, "forged"));
        AssertRefused(ChatError.Forbidden, await talk.ChangeAsync(other, ChangeKind.Delete, seq));
        await talk.PinAsync(other, seq);
        await talk.PinAsync(one, seq, on: false);
        await talk.ReactAsync(other, seq, "👍");
        await talk.DeleteAsync(one, seq);
    }

    [Fact]
    public async Task Change_entry_has_the_next_number_and_says_what_it_changed()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "hi");

        Appended edit = Ok(await talk.ChangeAsync("member", ChangeKind.Edit, seq, "ho"));
        Appended reaction = Ok(await talk.ChangeAsync("owner", ChangeKind.React, seq, "👍"));
        Appended pin = Ok(await talk.ChangeAsync("admin", ChangeKind.Pin, seq));
        Appended delete = Ok(await talk.ChangeAsync("member", ChangeKind.Delete, seq));

        Assert.Equal(Numbers(seq + 1, seq + 4), new[] { edit, reaction, pin, delete }.Select(change => change.Position.Seq));
        Assert.Equal($$"""{"target":{{seq}}}""", Data(edit, "edit", "member"));
        Assert.Equal("ho", Text(edit.Message));
        Assert.Equal($$"""{"target":{{seq}},"emoji":"👍","on":true}""", Data(reaction, "reaction", "owner"));
        Assert.Equal($$"""{"target":{{seq}},"on":true}""", Data(pin, "pin", "admin"));
        Assert.Equal($$"""{"target":{{seq}}}""", Data(delete, "delete", "member"));
        LogRange range = await talk.RangeAsync(after: seq + 1);
        Assert.Equal(new[] { reaction, pin, delete }.Select(change => String(change.Message)), range.Entries.Select(entry => String(entry.Message)));
    }

    [Fact]
    public async Task Change_that_changes_nothing_adds_no_entry()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "hi");
        await talk.ReactAsync("owner", seq, "👍");
        long last = await talk.PinAsync("owner", seq);

        foreach (Result<Appended> again in new[]
        {
            await talk.ChangeAsync("owner", ChangeKind.React, seq, "👍"),
            await talk.ChangeAsync("owner", ChangeKind.React, seq, "👎", on: false),
            await talk.ChangeAsync("member", ChangeKind.React, seq, "👍", on: false),
            await talk.ChangeAsync("admin", ChangeKind.Pin, seq),
        })
        {
            Assert.Equal(last, Ok(again).Position.Seq);
            Assert.True(again.Value!.Message.IsEmpty);
        }

        Assert.Equal(last, (await talk.RangeAsync(limit: 0)).Last);
    }

    [Fact]
    public async Task Message_that_is_deleted_or_never_was_or_is_no_text_cannot_be_changed()
    {
        Talk talk = await NewGroupAsync();
        long deleted = await talk.SayAsync("owner", "gone");
        long reaction = await talk.ReactAsync("owner", deleted, "👍");
        await talk.DeleteAsync("owner", deleted);

        foreach (long target in new[] { deleted, reaction, 1, 10_000, 1L << 53 })
        {
            foreach (ChangeKind kind in Enum.GetValues<ChangeKind>())
            {
                AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync("owner", kind, target, "x"));
            }
        }
    }

    [Fact]
    public async Task Edits_and_kinds_of_reactions_of_one_message_and_pins_are_bounded()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("owner", "hi");
        for (int i = 0; i < 100; i++)
        {
            await talk.EditAsync("owner", seq, $"edit {i}");
        }

        for (int i = 0; i < 50; i++)
        {
            await talk.ReactAsync("owner", seq, $"e{i}");
            await talk.PinAsync("owner", await talk.SayAsync("owner", "pinned"));
        }

        AssertRefused(ChatError.RateLimited, await talk.ChangeAsync("owner", ChangeKind.Edit, seq, "one more"));
        AssertRefused(ChatError.RateLimited, await talk.ChangeAsync("owner", ChangeKind.React, seq, "one more"));
        AssertRefused(ChatError.RateLimited, await talk.ChangeAsync("owner", ChangeKind.Pin, seq));
        await talk.ReactAsync("member", seq, "e7");
        Assert.Equal("edit 99", Text((await talk.HistoryAsync("member", after: seq - 1, limit: 1)).Messages[0]));
    }

    [Fact]
    public async Task Concurrent_changes_are_all_kept()
    {
        string[] names = [.. Enumerable.Range(0, 30).Select(i => $"user{i:00}")];
        Talk talk = await NewGroupAsync(null, names);
        long seq = await talk.SayAsync("owner", "vote");

        await Task.WhenAll(names.Select((name, i) => talk.ReactAsync(name, seq, i % 2 == 0 ? "👍" : "👎")));

        JsonElement reactions = Parse((await talk.HistoryAsync("owner", after: seq - 1, limit: 1)).Messages[0]).GetProperty("reactions");
        Assert.Equal(names.Where((_, i) => i % 2 == 0), reactions.GetProperty("👍").EnumerateArray().Select(name => name.GetString()).Order());
        Assert.Equal(15, reactions.GetProperty("👎").GetArrayLength());
        Assert.Equal(Numbers(1, seq + 30), (await talk.RangeAsync()).Seqs());
    }

    [Fact]
    public async Task Newcomer_to_a_group_with_joined_history_cannot_change_what_they_cannot_read()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Open, HistoryFromJoin: true));
        long before = await talk.SayAsync("owner", "before");
        await DoAsync(talk, "late", GroupVerb.Join);

        AssertRefused(ChatError.NoSuchMessage, await talk.ChangeAsync("late", ChangeKind.React, before, "👀"));
    }

    private static string Outcome(Result<Appended> change) => change.IsOk ? "done" : change.Error.Name;

    private static string Data(Appended change, string kind, string from)
    {
        JsonElement message = Parse(change.Message);
        Assert.Equal(kind, message.GetProperty("kind").GetString());
        Assert.Equal(from, message.GetProperty("from").GetString());
        Assert.Equal(change.Position.Seq, message.GetProperty("seq").GetInt64());
        return message.GetProperty("data").GetRawText();
    }
}
