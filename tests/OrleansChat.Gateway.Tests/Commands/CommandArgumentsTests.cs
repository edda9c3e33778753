using System.Text.Json;
using OrleansChat.Gateway.Commands;

namespace OrleansChat.Gateway.Tests.Commands;

/// <summary>A parameter of whatever form is read or refused with a sentence; nothing else happens.</summary>
public sealed class CommandArgumentsTests
{
    [Theory]
    [InlineData("""{"conversatio\ud800":1}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"a":{"b":[{"\ud800c":1}]}}""")]
    [InlineData("""{"text":"\ud83d"}""")]
    [InlineData("""{"users":["\ud83d x"]}""")]
    public void Half_a_surrogate_anywhere_is_refused(string json) => Assert.Throws<BadArgumentException>(() => Arguments(json));

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    public void Parameters_that_are_no_object_are_refused(string json) => Assert.Throws<BadArgumentException>(() => Arguments(json));

    [Fact]
    public void Escaped_names_are_names() => Assert.Equal("x", Arguments("""{"t\u0065xt":"x","ä\n😀":1}""").Text("text"));

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("true")]
    public void Text_of_another_form_is_refused(string value) => Assert.Throws<BadArgumentException>(() => Arguments($$"""{"a":{{value}}}""").OptionalText("a"));

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("9007199254740993")]
    [InlineData("99999999999999999999")]
    [InlineData("\"7\"")]
    [InlineData("true")]
    public void Number_of_another_form_is_refused(string value) => Assert.Throws<BadArgumentException>(() => Arguments($$"""{"a":{{value}}}""").Number("a"));

    [Fact]
    public void Absent_and_null_are_the_same()
    {
        foreach (string json in new[] { "{}", """{"a":null}""" })
        {
            CommandArguments arguments = Arguments(json);
            Assert.Null(arguments.OptionalText("a"));
            Assert.Null(arguments.Number("a"));
            Assert.True(arguments.Flag("a", true));
            Assert.Empty(arguments.Users("a", 10));
        }
    }

    [Theory]
    [InlineData("dm:alice:bob", true)]
    [InlineData("group:one", true)]
    [InlineData("dm:bob:alice", false)]
    [InlineData("dm:alice:alice", false)]
    [InlineData("dm:Alice:bob", false)]
    [InlineData("dm:alice:bob:carol", false)]
    [InlineData("dm:alice", false)]
    [InlineData("dm::bob", false)]
    [InlineData("group:", false)]
    [InlineData("group:One", false)]
    [InlineData("group:one two", false)]
    [InlineData("group:one}{c:two", false)]
    [InlineData("GROUP:one", false)]
    [InlineData("one", false)]
    [InlineData("", false)]
    public void Conversation_is_an_id_in_its_stored_form(string id, bool valid)
    {
        CommandArguments arguments = Arguments(JsonSerializer.Serialize(new { conversation = id }));

        if (valid)
        {
            Assert.Equal(id, arguments.Conversation().Value);
        }
        else
        {
            Assert.Throws<BadArgumentException>(() => arguments.Conversation());
        }
    }

    [Theory]
    [InlineData("""["alice","BOB"]""", true)]
    [InlineData("""["alice",7]""", false)]
    [InlineData("""["a"]""", false)]
    [InlineData("""["alice","bob","carol"]""", false)]
    [InlineData("\"alice\"", false)]
    public void List_of_names_is_at_most_so_long_and_holds_names_only(string value, bool valid)
    {
        CommandArguments arguments = Arguments($$"""{"users":{{value}}}""");

        if (valid)
        {
            Assert.Equal(["alice", "bob"], arguments.Users("users", 2));
        }
        else
        {
            Assert.Throws<BadArgumentException>(() => arguments.Users("users", 2));
        }
    }

    private static CommandArguments Arguments(string json) => new(JsonDocument.Parse(json).RootElement);
}
