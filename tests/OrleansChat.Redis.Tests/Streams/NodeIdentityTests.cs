using OrleansChat.Presence;

namespace OrleansChat.Redis.Tests.Streams;

public sealed class NodeIdentityTests
{
    [Fact]
    public void Node_has_another_id_at_each_start()
    {
        NodeIdentity one = new("berlin-2");
        NodeIdentity other = new("berlin-2");

        Assert.Matches("^berlin-2-[a-z0-9]+$", one.Current);
        Assert.NotEqual(one.Current, other.Current);
    }

    [Fact]
    public void Renewal_changes_the_id_before_it_is_told()
    {
        NodeIdentity identity = new("n");
        string first = identity.Current;
        string? told = null;
        identity.Changed += (_, _) => told = identity.Current;

        string renewed = identity.Renew();

        Assert.NotEqual(first, renewed);
        Assert.Equal(renewed, identity.Current);
        Assert.Equal(renewed, told);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Berlin")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a/b")]
    public void Name_that_channels_and_sets_cannot_hold_is_refused(string name) => Assert.Throws<ArgumentException>(() => new NodeIdentity(name));
}
