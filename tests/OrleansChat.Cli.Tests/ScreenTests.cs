using OrleansChat.Cli.Terminal;

namespace OrleansChat.Cli.Tests;

public sealed class ScreenTests
{
    [Theory]
    [InlineData(false, "xterm", null, true)]
    [InlineData(true, "xterm", null, false)]
    [InlineData(false, "dumb", null, false)]
    [InlineData(false, null, null, false)]
    [InlineData(false, "xterm", "1", false)]
    [InlineData(false, "xterm", "", true)]
    public void Colours_are_for_terminals_that_show_them_to_people_who_want_them(bool redirected, string? term, string? noColor, bool expected) =>
        Assert.Equal(expected, Screen.Colours(redirected, name => name == "TERM" ? term : name == "NO_COLOR" ? noColor : null));

    [Fact]
    public void Prompt_stays_below_the_lines()
    {
        using StringWriter output = new() { NewLine = "\n" };
        Screen screen = new(output, TextWriter.Null, json: false, colours: false);

        screen.Prompt("> typed");
        screen.Line("one");
        screen.Prompt(null);
        screen.Line("two");

        Assert.Equal("> typed\r\e[Kone\n> typed\r\e[Ktwo\n", output.ToString());
    }

    [Fact]
    public void Reader_that_has_gone_is_an_end_and_not_a_fault()
    {
        Screen screen = new(new GoneWriter(), TextWriter.Null, json: false, colours: false);

        Assert.Throws<OutputGoneException>(() => screen.Line("anybody there?"));
    }

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("rather long", 4, "long")]
    [InlineData("漢字漢字", 4, "漢字")]
    [InlineData("a👍b", 2, "b")]
    [InlineData("a👍b", 3, "👍b")]
    [InlineData("any", 0, "")]
    public void End_of_a_long_line_is_what_is_shown_of_it(string line, int columns, string shown) =>
        Assert.Equal(shown, LineEditor.Visible(line, columns));

    private sealed class GoneWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }
}
