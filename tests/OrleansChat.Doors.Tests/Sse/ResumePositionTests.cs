using OrleansChat.Conversations;
using OrleansChat.Gateway.FrontEnds.Sse;

namespace OrleansChat.Doors.Tests.Sse;

public sealed class ResumePositionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ResumePosition.MaxPlaces)]
    public void What_is_written_is_read(int count)
    {
        var random = new Random(count);
        ResumePlace[] places =
        [
            .. Enumerable.Range(0, count).Select(i => new ResumePlace(
                ResumePosition.KeyOf($"group:g{i}"), Ids.NewEpoch(), i == 0 ? 1L << 52 : random.NextInt64(0, 1L << random.Next(1, 52)))),
        ];

        ResumePosition? read = ResumePosition.Read(new ResumePosition(places, count % 2 == 0).Write());

        Assert.NotNull(read);
        Assert.Equal(places, read.Places);
        Assert.Equal(count % 2 == 0, read.Whole);
    }

    [Fact]
    public void The_largest_id_fits_a_header()
    {
        ResumePlace[] places =
            [.. Enumerable.Range(0, ResumePosition.MaxPlaces).Select(i => new ResumePlace(ResumePosition.KeyOf($"group:g{i}"), Ids.NewEpoch(), 1L << 40))];

        Assert.InRange(new ResumePosition(places, true).Write().Length, 0, 8 * 1024);
    }

    [Fact]
    public void Anything_else_is_nothing_and_no_fault()
    {
        var random = new Random(7);
        string good = new ResumePosition([new ResumePlace(1, "abcdefghijkl", 300)], true).Write();
        for (int i = 0; i < 5000; i++)
        {
            char[] text = good.ToCharArray();
            text[random.Next(text.Length)] = (char)random.Next(32, 127);
            string mangled = new string(text)[..random.Next(text.Length + 1)];

            ResumePosition? read = ResumePosition.Read(mangled);
            Assert.True(read is null || read.Places.Count <= 1);
        }

        Assert.Null(ResumePosition.Read(new string('A', 1_000_000)));
    }

    [Fact]
    public void A_direct_conversation_that_is_new_since_then_was_missed_from_its_beginning()
    {
        var position = new ResumePosition([new ResumePlace(ResumePosition.KeyOf("dm:alice:bob"), "epoch", 4)], Whole: true);

        Dictionary<string, KnownPosition> known = StreamPositions.Known(position, ["dm:alice:bob", "dm:alice:carol", "group:north"]);

        Assert.Equal(new KnownPosition("epoch", 4), known["dm:alice:bob"]);
        Assert.Equal(new KnownPosition(string.Empty, 0), known["dm:alice:carol"]);
        Assert.False(known.ContainsKey("group:north"));
    }

    [Fact]
    public void Of_more_conversations_than_an_id_holds_those_that_moved_last_are_kept()
    {
        var positions = new StreamPositions();
        for (int i = 0; i < ResumePosition.MaxPlaces + 50; i++)
        {
            positions.Set($"group:g{i}", "epoch", i);
        }

        ResumePosition? read = ResumePosition.Read(positions.Id);

        Assert.NotNull(read);
        Assert.False(read.Whole);
        Assert.Equal(ResumePosition.MaxPlaces, read.Places.Count);
        Assert.DoesNotContain(read.Places, place => place.Key == ResumePosition.KeyOf("group:g0"));
    }
}
