using OrleansChat.Cli.Terminal;

namespace OrleansChat.Cli.Tests;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("\e[31mred", @"\u001b[31mred")]
    [InlineData("bell\a back\b delete\x7f", @"bell\u0007 back\u0008 delete\u007f")]
    [InlineData("csi\u009b31m", @"csi\u009b31m")]
    [InlineData("nul\0", @"nul\u0000")]
    [InlineData("a\nb\r\nc\rd", "a ↵ b ↵ c ↵ d")]
    [InlineData("a\u2028b\u2029c\u0085d", "a ↵ b ↵ c ↵ d")]
    [InlineData("tab\tstop", "tab stop")]
    [InlineData("last line\n", "last line")]
    [InlineData("over\u202eride \u2067isolate\u2069", @"over\u202eride \u2067isolate\u2069")]
    [InlineData("hid\ufff9den\ufffb", @"hid\ufff9den\ufffb")]
    public void What_a_terminal_would_obey_is_shown(string text, string shown) => Assert.Equal(shown, SafeText.Line(text));

    [Theory]
    [InlineData("plain")]
    [InlineData("שלום \u200f! مرحبا")]
    [InlineData("👩‍👩‍👧 ünï 漢字")]
    [InlineData(@"C:\users\0")]
    public void Letters_of_every_script_stay(string text)
    {
        Assert.Equal(text, SafeText.Line(text));
        Assert.Equal(text, SafeText.Json(text));
    }

    [Fact]
    public void Nothing_is_an_empty_line() => Assert.Equal("", SafeText.Line(null));

    [Fact]
    public void Json_keeps_its_value() =>
        Assert.Equal("a\u009bb\u202ec\u2028d", Json.Text(SafeText.Json("{\"text\":\"a\u009bb\u202ec\u2028d\"}"), "text"));

    [Fact]
    public void Json_holds_nothing_that_a_terminal_obeys() =>
        Assert.Equal(@"{""text"":""a\u009bb\u202ec""}", SafeText.Json("{\"text\":\"a\u009bb\u202ec\"}"));
}
