using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Tests.Checking;

/// <summary>The checker finds each kind of violation in a history told by hand, and none in a good one.</summary>
public sealed class CheckerTests
{
    private const string Group = Story.Group;

    [Fact]
    public void A_good_history_passes()
    {
        Story story = Good();

        Assert.Empty(story.Violations);
    }

    [Fact]
    public void A_send_that_was_acknowledged_and_is_nowhere_is_found() =>
        Expect(ViolationKind.AckedButAbsent, Good().Ask("alice/1", "send", "lost").Answer("alice/1", seq: 99));

    [Fact]
    public void A_send_that_was_acknowledged_under_another_number_is_found() =>
        Expect(ViolationKind.WrongNumber, new Story().Send("alice/1", "a1", seq: 7));

    [Fact]
    public void A_number_that_two_acknowledgements_name_is_found() =>
        Expect(ViolationKind.NumberGivenTwice, new Story().Send("alice/1", "a1").Send("bob/1", "b1", seq: 2));

    [Fact]
    public void A_number_under_which_two_sessions_got_different_messages_is_found() =>
        Expect(ViolationKind.NumberGivenTwice, new Story().Send("alice/1", "a1").Deliver("alice/1", 2).DeliverAs("bob/1", 2, "alice", "a9"));

    [Fact]
    public void A_log_with_a_hole_is_found() =>
        Expect(ViolationKind.NumberGivenTwice, new Story().Log("alice", "text", "a1", "text", seq: 3));

    [Fact]
    public void A_client_id_that_made_two_entries_is_found() =>
        Expect(ViolationKind.DuplicateEntry, new Story().Send("alice/1", "a1").Log("alice", "text", "a1", Story.TextOf("a1")));

    [Fact]
    public void Sends_of_one_session_that_were_numbered_in_another_order_are_found() =>
        Expect(
            ViolationKind.SendsReordered,
            new Story().Log("alice", "text", "a2", Story.TextOf("a2")).Log("alice", "text", "a1", Story.TextOf("a1"))
                .Ask("alice/1", "send", "a1").Answer("alice/1", seq: 3).Ask("alice/1", "send", "a2").Answer("alice/1", seq: 2));

    [Fact]
    public void An_entry_that_a_session_got_twice_is_found() =>
        Expect(ViolationKind.DeliveredTwice, Good().Deliver("bob/1", 2));

    [Fact]
    public void An_entry_that_came_after_a_later_one_is_found() =>
        Expect(ViolationKind.OutOfOrder, new Story().Send("alice/1", "a1").Send("alice/1", "a2").Deliver("bob/1", 3).Deliver("bob/1", 2));

    [Fact]
    public void A_hole_that_was_not_announced_is_found() =>
        Expect(ViolationKind.Hole, new Story().Send("alice/1", "a1").Send("alice/1", "a2").Deliver("bob/1", 3));

    [Fact]
    public void A_hole_that_was_announced_passes() =>
        Assert.Empty(new Story().Tell(at => new Faulted(at, "driver", Story.Loss, MayLose: true)).Over().Send("alice/1", "a1").Send("alice/1", "a2")
            .Start("bob/1", 2, recovered: false, session: "s2", epoch: "e2").Deliver("bob/1", 3, "s2", "e2").Violations);

    [Fact]
    public void A_session_that_starts_where_the_one_before_ended_passes_and_one_that_starts_later_is_found()
    {
        Story story = new Story().Send("alice/1", "a1").Send("alice/1", "a2").Deliver("bob/1", 2).Start("bob/1", 2, session: "s2").Deliver("bob/1", 3, "s2");

        Assert.Empty(story.Violations);
        Expect(ViolationKind.Hole, story.Send("alice/1", "a3").Send("alice/1", "a4").Start("bob/1", 3, session: "s3").Deliver("bob/1", 5, "s3"));
    }

    [Fact]
    public void A_resume_that_claims_more_than_was_delivered_is_found() =>
        Expect(ViolationKind.Hole, new Story().Send("alice/1", "a1").Send("alice/1", "a2").Start("bob/1", 2, session: "s2").Deliver("bob/1", 3, "s2"));

    [Fact]
    public void An_entry_that_differs_from_the_log_is_found() =>
        Expect(ViolationKind.DeliveredOther, new Story().Send("alice/1", "a1").DeliverAs("bob/1", 2, "alice", "a7"));

    [Fact]
    public void An_entry_that_never_came_is_found() =>
        Expect(ViolationKind.NeverDelivered, Good().Send("alice/1", "a9").Deliver("alice/1", 4).Tell(at => new Settled(at, "bob/1", Group)));

    [Fact]
    public void A_send_after_a_kick_that_had_returned_is_found() =>
        Expect(ViolationKind.SentAfterRemoval, Kicked().Send("bob/1", "late"));

    [Fact]
    public void A_send_after_a_kick_that_had_returned_is_found_even_where_the_log_says_nothing_of_the_kick() =>
        Expect(ViolationKind.SentAfterRemoval, new Story().Ask("alice/1", "group.kick", target: "bob").Answer("alice/1", seq: 2).Send("bob/1", "late"));

    [Fact]
    public void A_send_that_overtakes_a_kick_passes() =>
        Assert.Empty(new Story().Ask("bob/1", "send", "b1").Log("bob", "text", "b1", Story.TextOf("b1")).Answer("bob/1", seq: 2)
            .Ask("alice/1", "group.kick", target: "bob").Log("alice", "system", change: "kicked", people: ["bob"]).Answer("alice/1", seq: 3).Violations);

    [Fact]
    public void A_send_after_being_let_in_again_passes() =>
        Assert.Empty(Kicked().Ask("alice/1", "group.invite", target: "bob").Log("alice", "system", change: "joined", people: ["bob"]).Answer("alice/1", seq: 3).Send("bob/1", "b1").Violations);

    [Fact]
    public void An_entry_that_somebody_gets_who_was_removed_is_found() =>
        Expect(ViolationKind.VisibleToStranger, Kicked().Deliver("bob/1", 2).Send("alice/1", "secret").Deliver("bob/1", 3));

    [Fact]
    public void An_entry_from_between_passes_for_somebody_who_was_let_in_again()
    {
        Story story = Kicked().Deliver("bob/1", 2).Send("alice/1", "between")
            .Ask("alice/1", "group.invite", target: "bob").Log("alice", "system", change: "joined", people: ["bob"]).Answer("alice/1", seq: 4);

        Assert.Empty(story.Deliver("bob/1", 3).Deliver("bob/1", 4).Violations);
    }

    [Fact]
    public void A_send_through_a_block_that_had_returned_is_found()
    {
        Story story = new Story().Ask("alice/1", "block", target: "bob", conversation: "dm:alice:bob").Answer("alice/1");
        story.Ask("bob/1", "send", "b1", conversation: "dm:alice:bob").Log("bob", "text", "b1", Story.TextOf("b1"), seq: 1, conversation: "dm:alice:bob").Answer("bob/1", seq: 1);

        Expect(ViolationKind.SentThroughBlock, story);
    }

    [Fact]
    public void A_send_while_muted_is_found() =>
        Expect(
            ViolationKind.SentWhileMuted,
            new Story().Ask("alice/1", "group.mute", target: "bob").Log("alice", "system", change: "muted", people: ["bob"]).Answer("alice/1", seq: 2).Send("bob/1", "b1"));

    [Fact]
    public void A_watermark_that_goes_back_is_found() =>
        Expect(ViolationKind.WatermarkBackwards, Good().Count("bob/1", read: 3, unread: 0).Count("bob/1", read: 2, unread: 1));

    [Fact]
    public void A_watermark_lower_than_a_read_that_had_returned_is_found() =>
        Expect(ViolationKind.WatermarkBackwards, Good().Ask("bob/1", "read", seq: 3).Answer("bob/1").Count("bob/1", read: 1, unread: 2));

    [Fact]
    public void A_wrong_number_of_unread_messages_is_found() =>
        Expect(ViolationKind.UnreadWrong, Good().Count("bob/1", read: 1, unread: 1));

    [Fact]
    public void A_name_that_two_got_is_found() =>
        Expect(ViolationKind.NameClaimedTwice, Good().Tell(at => new Claimed(at, "x", "zoe", true)).Tell(at => new Claimed(at, "y", "zoe", true)));

    [Fact]
    public void Members_who_see_different_messages_are_found() =>
        Expect(ViolationKind.UnequalViews, Good().View("alice/1", "1 alice", "2 alice a1", "3 bob b1").View("bob/1", "1 alice", "2 alice a1", "3 bob edited"));

    [Fact]
    public void Members_who_lack_the_same_message_are_found() =>
        Expect(ViolationKind.UnequalViews, Good().View("alice/1", "1 alice", "2 alice a1").View("bob/1", "1 alice", "2 alice a1"));

    [Fact]
    public async Task A_history_is_the_same_after_it_was_written_and_read()
    {
        string directory = Directory.CreateTempSubdirectory("orleanschat-test-").FullName;
        try
        {
            Story story = Good().View("alice/1", "1 alice").Ask("bob/1", "read", seq: 2).Answer("bob/1", error: "unavailable");
            await HistoryFile.WriteAsync(directory, story.History, story.FinalLog);

            (History history, FinalLog log) = HistoryFile.Read(directory);

            Assert.Equal(story.History.Records.Select(HistoryFile.Line), history.Records.Select(HistoryFile.Line));
            Assert.Equal(story.Violations, Checker.Check(history, log));
            Assert.NotEmpty(story.Violations);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Story Good() => new Story().Send("alice/1", "a1").Send("bob/1", "b1").Everybody(2, 3);

    private static Story Kicked() =>
        new Story().Ask("alice/1", "group.kick", target: "bob").Log("alice", "system", change: "kicked", people: ["bob"]).Answer("alice/1", seq: 2);

    private static void Expect(ViolationKind kind, Story story)
    {
        IReadOnlyList<Violation> found = story.Violations;
        Assert.True(found.Any(violation => violation.Kind == kind), $"{kind} was not found, but {string.Join("; ", found)}");
    }
}
