using OrleansChat.Groups;
using OrleansChat.Users;

namespace OrleansChat.Grains.Tests;

/// <summary>Names for display may be of every script and may not deceive.</summary>
public sealed class DisplayTextTests(TwoNodes nodes)
{
    [Theory]
    [InlineData("Alice", "Alice")]
    [InlineData("  Alice \t Liddell\n", "Alice Liddell")]
    [InlineData("Alice\u00A0\u3000Liddell", "Alice Liddell")]
    [InlineData("O'Brien-Søndergård (IT)", "O'Brien-Søndergård (IT)")]
    [InlineData("Анна Каренина", "Анна Каренина")]
    [InlineData("IT-отдел", "IT-отдел")]
    [InlineData("Анна Smith", "Анна Smith")]
    [InlineData("山田 太郎", "山田 太郎")]
    [InlineData("محمد", "محمد")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("क्\u200Dष", "क्\u200Dष")]
    [InlineData("Nguyễn", "Nguyễn")]
    [InlineData("e\u0301", "e\u0301")]
    [InlineData("👩‍👩‍👧 family ❤️‍🔥 👍🏽 🇩🇪 1️⃣", "👩‍👩‍👧 family ❤️‍🔥 👍🏽 🇩🇪 1️⃣")]
    [InlineData("<b>", "<b>")]
    [InlineData("", "")]
    [InlineData(" \u2003 ", "")]
    public void Letters_of_every_script_stay_and_spaces_become_one(string text, string clean)
    {
        Assert.True(DisplayText.TryClean(text, isName: true, out string? kept));
        Assert.Equal(clean, kept);
        Assert.True(DisplayText.TryClean(kept, isName: true, out string? again));
        Assert.Equal(kept, again);
    }

    [Theory]
    [InlineData("ali\u0000ce")]
    [InlineData("ali\u001b[31mce")]
    [InlineData("alice\u0085")]
    [InlineData("\u202Eecila")]
    [InlineData("alice\u2066")]
    [InlineData("alice\u200F")]
    [InlineData("alice\u061C")]
    [InlineData("al\u200Bice")]
    [InlineData("al\u200Dice")]
    [InlineData("al\u200Cice")]
    [InlineData("al\u2060ice")]
    [InlineData("\uFEFFalice")]
    [InlineData("al\u00ADice")]
    [InlineData("al\u034Fice")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("alice\uFE00")]
    [InlineData("alice\U000E0061")]
    [InlineData("alice\U000E0100")]
    [InlineData("alice\uE000")]
    [InlineData("alice\uFFFE")]
    [InlineData("a\u0300\u0301\u0302\u0303\u0304lice")]
    [InlineData("\u0430lice")]
    [InlineData("Αlice")]
    [InlineData("p\u0430ypal support")]
    [InlineData("\uFF41\u043B")]
    public void What_cannot_be_seen_or_looks_like_another_is_refused(string text) => Assert.False(DisplayText.TryClean(text, isName: true, out _));

    // Attributes cannot hold it.
    [Fact]
    public void Half_a_surrogate_is_refused_wherever_it_stands() =>
        Assert.All(["alice\uD83D", "\uDC00alice", "al\uDC00\uD83Dice"], text => Assert.False(DisplayText.TryClean(text, isName: true, out _)));

    [Fact]
    public void A_status_may_mix_alphabets_and_hide_nothing()
    {
        Assert.True(DisplayText.TryClean("\u043Fривет2all \u0430bc", isName: false, out _));
        Assert.False(DisplayText.TryClean("away \u202E", isName: false, out _));
    }

    [Fact]
    public void Random_text_is_kept_or_refused_and_what_is_kept_stays_as_it_is()
    {
        Random random = new(1);
        for (int round = 0; round < 5000; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(round % 2 == 0 ? 0x3000 : 0x10000))]);
            if (DisplayText.TryClean(text, isName: true, out string? clean))
            {
                Assert.True(DisplayText.TryClean(clean, isName: true, out string? again), clean);
                Assert.Equal(clean, again);
            }
        }
    }

    [Fact]
    public async Task Display_names_statuses_and_titles_are_held_to_it_by_the_grains()
    {
        const string Backwards = "\u202Eecila";
        IUserGrain grain = nodes.First.GetGrain<IUserGrain>("erin");
        Assert.Equal(ChatError.BadRequest.Code, (await grain.Register("correct horse", Backwards)).Error?.Code);
        Assert.True((await grain.Register("correct horse", "  Erin  ")).IsOk);
        var erin = new Actor("erin", string.Empty, string.Empty);
        IGroupGrain group = nodes.First.GetGrain<IGroupGrain>("erins");

        Assert.Equal("Erin", (await grain.GetProfile()).Value!.DisplayName);
        Assert.Equal(ChatError.BadRequest.Code, (await grain.Update(erin, new ProfileChange(DisplayName: Backwards))).Error?.Code);
        Assert.Equal(ChatError.BadRequest.Code, (await grain.Update(erin, new ProfileChange(Status: Backwards))).Error?.Code);
        Assert.Equal(ChatError.BadRequest.Code, (await group.Create(erin, new GroupSettings(Backwards), [])).Error?.Code);
        Assert.True((await group.Create(erin, new GroupSettings(" The  team "), [])).IsOk);
        Assert.Equal("The team", (await group.Get(erin)).Value!.Title);
        Assert.Equal(
            ChatError.BadRequest.Code, (await group.Apply(new GroupCommand(erin, GroupVerb.Update, Settings: new GroupSettings(Backwards)))).Error?.Code);
    }
}
