using System.Text;
using System.Text.Json;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.Tests.Commands;

public sealed class MessageContentTests
{
    private static readonly ChatLimits Limits = new();

    [Theory]
    [InlineData("plain")]
    [InlineData("\"quotes\", \\ and / and \u0000\u0001\u001f\u007f")]
    [InlineData("line\nbreak\r\nand\ttab")]
    [InlineData("\u2028\u2029\u00a0\ufeff")]
    [InlineData("äöü ß 漢字 😀 👩‍👩‍👧‍👦")]
    [InlineData("<script>alert('x' & \"y\")</script>")]
    public void Text_is_read_back_as_it_was_written_on_one_line(string text)
    {
        byte[] content = Built(text);

        Assert.Equal(text, Parse(content).GetProperty("text").GetString());
        Assert.DoesNotContain((byte)'\n', content);
        Assert.DoesNotContain((byte)'\r', content);
        Assert.StartsWith(",\"text\":", Encoding.UTF8.GetString(content), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_text_is_read_back_as_it_was_written()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int i = 0; i < 5000; i++)
        {
            var text = new StringBuilder();
            for (int runes = random.Next(1, 30); runes > 0; runes--)
            {
                int value = random.Next(3) switch { 0 => random.Next(128), 1 => random.Next(0xD800), _ => random.Next(0xE000, 0x11_0000) };
                text.Append(new Rune(value).ToString());
            }

            Assert.True(text.ToString() == Parse(Built(text.ToString())).GetProperty("text").GetString(), $"Seed {seed}, round {i}");
        }
    }

    [Fact]
    public void Half_a_surrogate_is_refused_or_becomes_the_replacement_character()
    {
        foreach (string text in new[] { "\ud800", "a\udc00b", "\udc00\ud800", "\ud800\ud800" })
        {
            Result<byte[]> content = Build(text);

            Assert.True(!content.IsOk || Parse(content.Value).GetProperty("text").GetString()!.Contains('\ufffd', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Text_is_limited_in_bytes_and_not_in_characters()
    {
        Assert.True(Build(new string('a', 8192)).IsOk);
        Refused(ChatError.TooLarge, Build(new string('a', 8193)));
        Assert.True(Build(new string('ä', 4096)).IsOk);
        Refused(ChatError.TooLarge, Build(new string('ä', 4096) + "a"));
        Refused(ChatError.TooLarge, Build(string.Concat(Enumerable.Repeat("😀", 2049))));
        Refused(ChatError.BadRequest, Build(string.Empty));
        Refused(ChatError.BadRequest, Build(null));
    }

    [Theory]
    [InlineData("@alice", "alice")]
    [InlineData("hi @Alice, @bob. and (@carol)!", "alice bob carol")]
    [InlineData("@alice @alice @ALICE", "alice")]
    [InlineData("mail me at alice@example.org", "")]
    [InlineData("@", "")]
    [InlineData("@a", "")]
    [InlineData("@.alice @-bob @_carol", "")]
    [InlineData("@alice-", "alice")]
    [InlineData("@alice...", "alice")]
    [InlineData("@@alice", "alice")]
    [InlineData("é@alice", "")]
    [InlineData("@aliceé", "alice")]
    [InlineData("@alice@bob", "alice")]
    [InlineData("x\n@dave.j", "dave.j")]
    [InlineData("@abcdefghijklmnopqrstuvwxyz0123456789", "")]
    public void Mentions_are_names_after_an_at_sign(string text, string expected)
    {
        JsonElement message = Parse(Built(text));

        string names = message.TryGetProperty("mentions", out JsonElement mentions)
            ? string.Join(' ', mentions.EnumerateArray().Select(name => name.GetString()))
            : string.Empty;
        Assert.Equal(expected, names);
    }

    [Fact]
    public void Mentions_are_at_most_20()
    {
        string text = string.Join(' ', Enumerable.Range(10, 50).Select(i => $"@user{i}"));

        Assert.Equal(20, Parse(Built(text)).GetProperty("mentions").GetArrayLength());
    }

    [Fact]
    public void Edit_replaces_the_mentions_too()
    {
        Assert.Equal("""{"text":"no more","mentions":[]}""", Edit("no more"));
        Assert.Equal("""{"text":"now @bob","mentions":["bob"]}""", Edit("now @bob"));
        Assert.Equal("""{"text":"a@b","mentions":[]}""", Edit("a@b"));
        JsonElement tricky = JsonDocument.Parse(Edit("@ ,\"mentions\":[\"x\"]")).RootElement;
        Assert.Equal(0, tricky.GetProperty("mentions").GetArrayLength());
        Refused(ChatError.BadRequest, MessageContent.BuildEdit(string.Empty, Limits));
        Refused(ChatError.TooLarge, MessageContent.BuildEdit(new string('a', 8193), Limits));
    }

    [Fact]
    public void Attachments_and_data_are_stored_on_one_line()
    {
        Result<byte[]> content = MessageContent.Build(
            null, 7, Element("[\n {\r\n\t\"name\" : \"a\\nb\" ,\n \"size\":1.50e3 } ]"), Element("{ \"x\" :\n[ true , null ] }"), Limits);

        Assert.Equal(
            """{"text":"","replyTo":7,"attachments":[{"name":"a\nb","size":1.50e3}],"data":{"x":[true,null]}}""",
            $"{{{Encoding.UTF8.GetString(content.Value!)[1..]}}}");
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("\"text\"", null)]
    [InlineData(null, "[]")]
    [InlineData(null, "5")]
    public void Attachments_must_be_a_list_and_data_an_object(string? attachments, string? data) =>
        Refused(ChatError.BadRequest, MessageContent.Build("x", null, Element(attachments), Element(data), Limits));

    [Fact]
    public void Attachments_and_data_are_limited_in_size_and_depth()
    {
        Assert.True(MessageContent.Build("x", null, Element($"[\"{new string('a', 4092)}\"]"), null, Limits).IsOk);
        Refused(ChatError.TooLarge, MessageContent.Build("x", null, Element($"[\"{new string('a', 4093)}\"]"), null, Limits));
        Assert.True(MessageContent.Build("x", null, Element(Nested(15)), null, Limits).IsOk);
        foreach (int depth in new[] { 17, 18, 30, 60 })
        {
            Refused(ChatError.BadRequest, MessageContent.Build("x", null, Element(Nested(depth)), null, Limits));
        }
    }

    [Theory]
    [InlineData("""["\ud800"]""")]
    [InlineData("""[{"\udc00":1}]""")]
    [InlineData("""[["a","b\ud800c"]]""")]
    public void Attachments_with_half_a_surrogate_are_refused(string attachments) =>
        Refused(ChatError.BadRequest, MessageContent.Build("x", null, Element(attachments), null, Limits));

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static string Edit(string text) => $"{{{Encoding.UTF8.GetString(MessageContent.BuildEdit(text, Limits).Value!)}}}";

    private static JsonElement? Element(string? json) =>
        json is null ? null : JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 100 }).RootElement;

    private static Result<byte[]> Build(string? text) => MessageContent.Build(text, null, null, null, Limits);

    private static byte[] Built(string text)
    {
        Result<byte[]> content = Build(text);
        Assert.True(content.IsOk, content.Error?.Name);
        return content.Value;
    }

    private static JsonElement Parse(byte[] content) => JsonDocument.Parse($"{{\"kind\":\"text\"{Encoding.UTF8.GetString(content)}}}").RootElement;

    private static void Refused(ChatError expected, Result<byte[]> content) => Assert.Equal(expected.Name, content.Error?.Name);
}
