using OrleansChat.Cli.Conversations;

namespace OrleansChat.Cli.Tests;

public sealed class ConversationNameTests
{
    [Theory]
    [InlineData("bob", "dm:alice:bob")]
    [InlineData("Aaron", "dm:aaron:alice")]
    [InlineData("group:dev", "group:dev")]
    [InlineData("#Dev", "group:dev")]
    [InlineData("dm:alice:bob", "dm:alice:bob")]
    [InlineData("dm:bob:alice", "dm:alice:bob")]
    public void Name_becomes_the_id_on_the_wire(string text, string id) => Assert.Equal(id, ConversationName.Parse(text, "alice"));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("alice")]
    [InlineData("two words")]
    [InlineData("#")]
    [InlineData("group:")]
    [InlineData("#with space")]
    [InlineData("dm:bob:carol")]
    [InlineData("dm:bob")]
    [InlineData("room:dev")]
    [InlineData("-n")]
    [InlineData("bob\n")]
    // A Kelvin sign is no k: it must not lead to somebody else.
    [InlineData("\u212aate")]
    public void What_names_nobody_is_wrong_usage(string text) =>
        Assert.Equal(2, Assert.Throws<CliException>(() => ConversationName.Parse(text, "alice")).Code);

    [Theory]
    [InlineData("dm:alice:bob", "bob")]
    [InlineData("dm:aaron:alice", "aaron")]
    [InlineData("group:dev", "group:dev")]
    public void Conversation_is_shown_as_it_can_be_typed(string id, string shown)
    {
        Assert.Equal(shown, ConversationName.Show(id, "alice"));
        Assert.Equal(id, ConversationName.Parse(shown, "alice"));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("#dev")]
    [InlineData("group:dev")]
    public void Group_is_a_group_with_and_without_its_sign(string text) => Assert.Equal("dev", ConversationName.Group(text));
}
