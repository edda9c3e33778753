using OrleansChat.Protocols.Line;

namespace OrleansChat.Protocols.Tests.Line;

public sealed class LineArgumentsTests
{
    [Theory]
    [InlineData("NICK alice", "NICK", "alice")]
    [InlineData("nick alice", "NICK", "alice")]
    [InlineData("  WHO", "WHO", "")]
    [InlineData("STATUS  two spaces ", "STATUS", " two spaces ")]
    [InlineData("", "", "")]
    [InlineData(" \t ", "", "")]
    public void A_line_splits_into_the_name_in_upper_case_and_what_follows(string line, string name, string after) =>
        Assert.Equal((name, after), LineArguments.Split(line));

    [Theory]
    [InlineData("bob hi there", "bob", "hi there")]
    [InlineData("bob  hi  there ", "bob", " hi  there ")]
    [InlineData("  bob x", "bob", "x")]
    public void A_text_keeps_its_spaces(string rest, string word, string text)
    {
        Assert.True(LineArguments.TryRead(rest, new LineShape(1, Tail: LineTail.Required), out LineArguments? arguments));
        Assert.Equal([word], arguments.Words);
        Assert.Equal(text, arguments.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bob")]
    [InlineData("bob ")]
    public void A_required_text_that_is_missing_is_refused(string rest) =>
        Assert.False(LineArguments.TryRead(rest, new LineShape(1, Tail: LineTail.Required), out _));

    [Theory]
    [InlineData("north", 1)]
    [InlineData("north 5", 2)]
    [InlineData("north   5  ", 2)]
    public void Optional_words_may_be_left_out(string rest, int count)
    {
        Assert.True(LineArguments.TryRead(rest, new LineShape(1, 1), out LineArguments? arguments));
        Assert.Equal(count, arguments.Words.Count);
    }

    [Fact]
    public void A_word_too_many_is_refused() => Assert.False(LineArguments.TryRead("north 5 x", new LineShape(1, 1), out _));

    [Theory]
    [InlineData("one\ntwo", "one two")]
    [InlineData("one\r\ntwo", "one two")]
    [InlineData("one\u2028two\u0085three", "one two three")]
    [InlineData("tab\tstays", "tab\tstays")]
    [InlineData("bell\u0007 and \u001b[2J", "bell\uFFFD and \uFFFD[2J")]
    [InlineData("nothing to do", "nothing to do")]
    public void A_text_goes_out_on_one_line_and_commands_no_terminal(string text, string line) =>
        Assert.Equal(line, LineText.OnOneLine(text));
}
