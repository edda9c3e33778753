using OrleansChat.Chaos.Checking;

namespace OrleansChat.Chaos.Tests.Checking;

/// <summary>A new epoch excuses much: it has to be announced, and there has to be a reason for it.</summary>
public sealed class EpochTests
{
    private const string Later = "e2";

    [Fact]
    public void A_session_that_goes_on_in_another_epoch_as_if_nothing_had_been_lost_is_found() =>
        Expect(ViolationKind.EpochUntold, Lossy().Start("bob/1", 1, epoch: Later, session: "s2"));

    [Fact]
    public void An_entry_of_another_epoch_in_the_middle_of_a_session_is_found() =>
        Expect(ViolationKind.EpochUntold, Lossy().Send("alice/1", "a1").Deliver("bob/1", 2, epoch: Later));

    [Fact]
    public void A_session_that_is_told_of_another_epoch_passes() =>
        Assert.Empty(Lossy().Send("alice/1", "a1").Start("bob/1", 1, recovered: false, epoch: Later, session: "s2").Deliver("bob/1", 2, "s2", Later).Violations);

    [Fact]
    public void An_epoch_that_begins_though_nothing_was_lost_is_found() =>
        Expect(ViolationKind.EpochEnded, new Story().Start("bob/1", 1, recovered: false, epoch: Later, session: "s2"));

    [Fact]
    public void An_epoch_that_begins_before_something_was_lost_is_found() =>
        Expect(ViolationKind.EpochEnded, Lossy(new Story().Start("bob/1", 1, recovered: false, epoch: Later, session: "s2")));

    [Fact]
    public void A_second_new_epoch_after_one_loss_is_found() =>
        Expect(
            ViolationKind.EpochEnded,
            Lossy().Start("bob/1", 1, recovered: false, epoch: Later, session: "s2").Start("bob/1", 1, recovered: false, epoch: "e3", session: "s3"));

    [Fact]
    public void A_session_that_starts_over_in_the_same_epoch_is_found_unless_it_missed_more_than_is_replayed()
    {
        Expect(ViolationKind.NeedlessReset, new Story().Send("alice/1", "a1").Start("bob/1", 2, recovered: false, session: "s2"));

        Assert.Empty(new Story().Start("bob/1", 10_002, recovered: false, session: "s2").Violations);
    }

    [Fact]
    public void A_session_that_starts_over_before_where_it_was_is_found_unless_something_was_lost()
    {
        Story Ahead(Story story) => story.Send("alice/1", "a1").Deliver("bob/1", 2).Start("bob/1", 1, recovered: false, session: "s2");

        Expect(ViolationKind.NeedlessReset, Ahead(new Story()));
        Assert.Empty(Ahead(Lossy()).Violations);
    }

    [Fact]
    public void A_session_that_named_no_place_starts_wherever_it_is_told() =>
        Assert.Empty(new Story().Send("alice/1", "a1").Start("bob/1", -1).Start("bob/1", 2, recovered: false).Violations);

    private static Story Lossy(Story? story = null) => (story ?? new Story()).Tell(at => new Faulted(at, "driver", Story.Loss, MayLose: true)).Over();

    private static void Expect(ViolationKind kind, Story story)
    {
        IReadOnlyList<Violation> found = story.Violations;
        Assert.True(found.Any(violation => violation.Kind == kind), $"{kind} was not found, but {string.Join("; ", found)}");
    }
}
