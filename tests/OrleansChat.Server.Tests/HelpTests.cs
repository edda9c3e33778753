using OrleansChat.Server.Options;

namespace OrleansChat.Server.Tests;

public sealed class HelpTests
{
    [Fact]
    public void Help_names_every_setting_in_lines_that_fit_a_wide_terminal()
    {
        string help = HelpText.Help(colours: false);

        Assert.All(Settings.All, setting => Assert.Contains($"--{setting.Name} <{setting.Value}>", help, StringComparison.Ordinal));
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void Help_has_escapes_only_with_colours()
    {
        Assert.DoesNotContain('\e', HelpText.Help(colours: false));
        Assert.Contains("\e[1m", HelpText.Help(colours: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--http nonsense --help")]
    public void Help_is_shown_whatever_else_stands_there(string commandLine) =>
        Assert.True(ServerCommandLine.Parse(commandLine.Split(' ')).ShowHelp);

    [Fact]
    public void Version_tells_product_version_and_engine() =>
        Assert.Matches(@"^OrleansChat \d+\.\d+\.\d+ \((Embedded|Orleans) engine\)$", HelpText.Version());
}
