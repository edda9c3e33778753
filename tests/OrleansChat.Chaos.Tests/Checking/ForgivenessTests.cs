using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Tests.Checking;

/// <summary>What a fault may take is forgiven, and nothing beside it: not what came before, not what came after, not elsewhere, not in silence.</summary>
public sealed class ForgivenessTests
{
    private const string Group = Story.Group;
    private const string Ended = "e0";

    [Fact]
    public void What_was_acknowledged_during_a_loss_may_be_gone_with_its_epoch() =>
        Assert.Empty(Losing(new Story()).Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2, epoch: Ended).Over().Violations);

    [Fact]
    public void What_was_acknowledged_before_a_loss_is_found() =>
        Expect(ViolationKind.AckedButAbsent, Losing(new Story().Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2, epoch: Ended)).Over());

    [Fact]
    public void What_was_sent_after_a_loss_is_found() =>
        Expect(ViolationKind.AckedButAbsent, Losing(new Story()).Over().Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2, epoch: Ended));

    [Fact]
    public void What_was_acknowledged_during_a_loss_and_is_gone_from_a_living_epoch_is_found() =>
        Expect(ViolationKind.AckedButAbsent, Losing(new Story()).Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2).Over());

    [Fact]
    public void What_was_acknowledged_while_something_was_lost_elsewhere_is_found() =>
        Expect(
            ViolationKind.AckedButAbsent,
            Losing(new Story(), where: "group:other").Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2, epoch: Ended).Over());

    [Fact]
    public void What_was_acknowledged_while_only_what_was_shown_may_be_lost_is_found() =>
        Expect(ViolationKind.AckedButAbsent, Unshowing(new Story()).Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2, epoch: Ended).Over());

    [Fact]
    public void What_was_acknowledged_a_little_earlier_may_be_gone_where_storage_writes_now_and_then()
    {
        Story Acknowledged() => new Story().Ask("alice/1", "send", "gone").Answer("alice/1", seq: 2, epoch: Ended);

        Assert.DoesNotContain(Losing(Acknowledged(), reach: 1500).Over().Violations, violation => violation.Kind == ViolationKind.AckedButAbsent);
        Expect(ViolationKind.AckedButAbsent, Losing(Acknowledged(), reach: 500).Over());
    }

    [Fact]
    public void What_was_shown_during_a_loss_and_never_acknowledged_may_be_gone()
    {
        Story story = Unshowing(new Story().Ask("alice/1", "send", "ghost")).DeliverAs("bob/1", 2, "alice", "ghost").Over();

        Assert.Empty(story.Send("alice/1", "a1").Deliver("alice/1", 2).Violations);
    }

    [Fact]
    public void What_was_shown_before_a_loss_is_found() =>
        Expect(ViolationKind.DeliveredOther, Unshowing(new Story().Ask("alice/1", "send", "ghost").DeliverAs("bob/1", 2, "alice", "ghost")).Over());

    [Fact]
    public void What_was_sent_and_shown_after_a_loss_is_found() =>
        Expect(ViolationKind.DeliveredOther, Unshowing(new Story()).Over().Ask("alice/1", "send", "ghost").DeliverAs("bob/1", 2, "alice", "ghost"));

    [Fact]
    public void What_was_shown_and_acknowledged_is_found() =>
        Expect(
            ViolationKind.DeliveredOther,
            Unshowing(new Story()).Ask("alice/1", "send", "ghost").DeliverAs("bob/1", 2, "alice", "ghost").Answer("alice/1", seq: 2).Over());

    [Fact]
    public void What_was_acknowledged_before_a_loss_and_is_shown_as_another_thing_is_found() =>
        Expect(
            ViolationKind.DeliveredOther,
            Losing(new Story().Ask("alice/1", "send", "a1").Log("alice", "text", "a1", Story.TextOf("a1")).Answer("alice/1", seq: 2, epoch: Ended))
                .DeliverAs("bob/1", 2, "bob", "b9", epoch: Ended).Over());

    [Fact]
    public void A_number_that_was_given_again_passes_only_when_the_first_may_be_gone()
    {
        Story Shown(Story story) => story.Deliver("alice/1", 2).DeliverAs("bob/1", 2, "alice", "ghost");
        Story before = new Story().Ask("alice/1", "send", "ghost");

        Assert.DoesNotContain(Shown(Unshowing(before).Send("bob/1", "b1")).Over().Violations, violation => violation.Kind == ViolationKind.NumberGivenTwice);
        Expect(ViolationKind.NumberGivenTwice, Shown(new Story().Ask("alice/1", "send", "ghost").Send("bob/1", "b1")));
    }

    [Fact]
    public void A_text_that_a_door_without_numbers_shows_again_passes_only_when_the_first_may_be_gone()
    {
        Story Twice(Story story) => story.DeliverText("line/1", "alice", "a1").Over().Send("alice/1", "a2").Log("alice", "text", "a1", Story.TextOf("a1"))
            .DeliverText("line/1", "alice", "a2").DeliverText("line/1", "alice", "a1");

        Assert.Empty(Twice(Unshowing(new Story().Ask("alice/1", "send", "a1"))).Violations);
        Expect(ViolationKind.OutOfOrder, Twice(new Story().Ask("alice/1", "send", "a1")));
    }

    [Fact]
    public void A_text_that_a_door_without_numbers_leaves_out_is_found_beside_a_loss_too()
    {
        Story story = Unshowing(new Story()).Over().Send("alice/1", "a1").Send("alice/1", "a2").Send("alice/1", "a3");

        Expect(ViolationKind.Hole, story.DeliverText("line/1", "alice", "a1").DeliverText("line/1", "alice", "a3"));
    }

    [Fact]
    public void A_door_without_numbers_may_leave_out_one_text_for_each_that_it_showed_under_a_lost_number()
    {
        // Seed 11: shown a1 as the second entry, which was lost; b1 is the second now, and the client goes on behind it.
        Story Shown(int others)
        {
            Story story = Unshowing(new Story().Send("bob/1", "b0").DeliverText("line/1", "bob", "b0").Ask("alice/1", "send", "a1"))
                .Log("bob", "text", "b1", Story.TextOf("b1"));
            for (int i = 0; i < others; i++)
            {
                story.Log("bob", "text", $"c{i}", Story.TextOf($"c{i}"));
            }

            return story.DeliverText("line/1", "alice", "a1").Over().Log("alice", "text", "a1", Story.TextOf("a1")).Send("bob/1", "b2")
                .DeliverText("line/1", "alice", "a1").DeliverText("line/1", "bob", "b2");
        }

        Assert.Empty(Shown(0).Violations);
        Expect(ViolationKind.Hole, Shown(3));
    }

    [Fact]
    public void A_text_that_a_door_without_numbers_shows_twice_after_a_loss_is_found() =>
        Expect(
            ViolationKind.DeliveredTwice,
            Unshowing(new Story()).Over().Send("alice/1", "a1").DeliverText("line/1", "alice", "a1").DeliverText("line/1", "alice", "a1"));

    [Fact]
    public void Numbers_that_went_back_on_one_session_pass_only_when_the_higher_one_may_be_gone()
    {
        Story Back(Story story) => story.Ask("alice/1", "send", "gone").Answer("alice/1", seq: 9, epoch: Ended).Over().Send("alice/1", "a1");

        Assert.Empty(Back(Losing(new Story())).Violations);
        Expect(ViolationKind.SendsReordered, Back(new Story()));
        Expect(ViolationKind.SendsReordered, Back(Unshowing(new Story())));
    }

    [Fact]
    public void A_watermark_may_go_back_only_when_what_set_it_was_said_during_a_loss()
    {
        Story Read(Story story) => story.Ask("bob/1", "read", seq: 3).Answer("bob/1");
        Story Sent() => new Story().Send("alice/1", "a1").Send("alice/1", "a2");

        Assert.Empty(Read(Losing(Sent())).Over().Count("bob/1", read: 1, unread: 2).Violations);
        Expect(ViolationKind.WatermarkBackwards, Losing(Read(Sent())).Over().Count("bob/1", read: 1, unread: 2));
        Expect(ViolationKind.WatermarkBackwards, Read(Losing(Sent()).Over()).Count("bob/1", read: 1, unread: 2));
        Expect(ViolationKind.WatermarkBackwards, Read(Unshowing(Sent())).Over().Count("bob/1", read: 1, unread: 2));
    }

    [Fact]
    public void A_watermark_may_go_back_when_its_owner_left_meanwhile_and_not_because_they_left_before()
    {
        Story Read(Story story) => story.Ask("bob/1", "read", seq: 3).Answer("bob/1");
        Story Left(Story story) => story.Ask("bob/1", "group.leave").Answer("bob/1").Ask("bob/1", "group.join").Answer("bob/1");
        Story Sent() => new Story().Send("alice/1", "a1").Send("alice/1", "a2");

        Assert.Empty(Left(Read(Sent())).Count("bob/1", read: 1, unread: 2).Violations);
        Expect(ViolationKind.WatermarkBackwards, Read(Left(Sent())).Count("bob/1", read: 1, unread: 2));
    }

    [Fact]
    public void A_name_may_be_given_again_only_when_it_was_given_first_during_a_loss()
    {
        Story Claim(Story story, string client) => story.Tell(at => new Claimed(at, client, "zoe", true, at));

        Assert.Empty(Claim(Claim(Losing(new Story()), "x").Over(), "y").Violations);
        Expect(ViolationKind.NameClaimedTwice, Claim(Losing(Claim(new Story(), "x")).Over(), "y"));
        Expect(ViolationKind.NameClaimedTwice, Claim(Claim(Losing(new Story()).Over(), "x"), "y"));
        Expect(ViolationKind.NameClaimedTwice, Claim(Claim(Unshowing(new Story()), "x").Over(), "y"));
    }

    [Fact]
    public void A_muting_may_be_gone_only_when_it_returned_during_a_loss()
    {
        Story Mute(Story story) => story.Ask("alice/1", "group.mute", target: "bob").Answer("alice/1", seq: 7, epoch: Ended);

        Assert.Empty(Mute(Losing(new Story())).Over().Send("bob/1", "b1").Violations);
        Expect(ViolationKind.SentWhileMuted, Losing(Mute(new Story())).Over().Send("bob/1", "b1"));
    }

    [Fact]
    public void An_entry_that_a_removed_member_got_in_an_epoch_that_ended_is_found()
    {
        Story story = new Story().Log("alice", "system", change: "kicked", people: ["bob"]).Send("alice/1", "secret");

        Expect(ViolationKind.VisibleToStranger, Losing(story.Deliver("bob/1", 3, epoch: Ended)).Over());
    }

    private static Story Losing(Story story, long reach = 0, string? where = null) =>
        story.Tell(at => new Faulted(at, "driver", Story.Loss, MayLose: true, Reach: reach, Where: where)).Start("carol/1", epoch: Ended).Start("carol/1", recovered: false);

    private static Story Unshowing(Story story) => story.Tell(at => new Faulted(at, "driver", Story.Loss, MayUnshow: true));

    private static void Expect(ViolationKind kind, Story story)
    {
        IReadOnlyList<Violation> found = story.Violations;
        Assert.True(found.Any(violation => violation.Kind == kind), $"{kind} was not found, but {string.Join("; ", found)}");
    }

    [Theory]
    [InlineData("edited", "alice", true)]
    [InlineData("something else", "alice", false)]
    [InlineData("edited", "bob", false)]
    public void A_door_without_numbers_may_show_what_a_message_says_since_it_was_edited(string shown, string from, bool passes)
    {
        Story story = new Story().Send("alice/1", "c1").Edit("alice", 2, "edited");
        story.Everybody(2);
        story.Tell(at => new Delivered(at, "carol/1", "feed", Story.Group, "", 0, from, "text", null, shown));

        Assert.Equal(passes, story.Violations.All(violation => violation.Kind != ViolationKind.DeliveredOther));
    }
}
