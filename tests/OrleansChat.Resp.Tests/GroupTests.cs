using OrleansChat.Resp.Tests.Support;

namespace OrleansChat.Resp.Tests;

/// <summary><c>IM.GROUP</c>, <c>IM.JOIN</c>, <c>IM.QUIT</c>, <c>IM.GSEND</c>.</summary>
public sealed class GroupTests(RespCluster cluster)
{
    private readonly string _alice = RespCluster.Name("alice");
    private readonly string _bob = RespCluster.Name("bob");
    private readonly string _team = RespCluster.Name("team");

    [Fact]
    public async Task An_unknown_group_is_two_empty_lists()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal("[[], []]", await door.CallAsync("IM.GROUP", _team));
    }

    [Fact]
    public async Task Creating_makes_the_user_owner_and_member_and_merging_is_for_owner_and_admins()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal("OK", await door.CallAsync("IM.GROUP", _team, _alice, "name", "Team", "topic", "chat"));
        Assert.Equal($"[[name, Team, topic, chat], [{_alice}]]", await door.CallAsync("IM.GROUP", _team));
        Assert.Equal(":1", await door.CallAsync("IM.JOIN", _bob, _team));
        Assert.StartsWith("-FORBIDDEN", await door.CallAsync("IM.GROUP", _team, _bob, "topic", "mine now"), StringComparison.Ordinal);
        Assert.StartsWith("-FORBIDDEN", await door.CallAsync("IM.GROUP", _team, RespCluster.Name("mallory")), StringComparison.Ordinal);
        Assert.Equal("OK", await door.CallAsync("IM.GROUP", _team, _alice, "name", "Crew", "size", "2"));

        Assert.Equal($"[[name, Crew, topic, chat, size, 2], [{_alice}, {_bob}]]", await door.CallAsync("IM.GROUP", _team));
    }

    [Fact]
    public async Task A_group_without_fields_has_its_id_for_a_name()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);

        Assert.Equal($"[[name, {_team}], [{_alice}]]", await door.CallAsync("IM.GROUP", _team));
    }

    [Fact]
    public async Task Joining_and_leaving_answer_whether_anything_changed()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);

        Assert.Equal(":1", await door.CallAsync("IM.JOIN", _bob, _team));
        Assert.Equal(":0", await door.CallAsync("IM.JOIN", _bob, _team));
        Assert.Equal(":1", await door.CallAsync("IM.QUIT", _bob, _team));
        Assert.Equal(":0", await door.CallAsync("IM.QUIT", _bob, _team));
        Assert.StartsWith("-NOTMEMBER", await door.CallAsync("IM.GSEND", _bob, _team, "text", "hi"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_groups_join_policy_holds()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice, "join", "invite");

        Assert.StartsWith("-FORBIDDEN", await door.CallAsync("IM.JOIN", _bob, _team), StringComparison.Ordinal);
        Assert.Equal("OK", await door.CallAsync("IM.GROUP", _team, _alice, "join", "open"));
        Assert.Equal(":1", await door.CallAsync("IM.JOIN", _bob, _team));
    }

    [Fact]
    public async Task Coming_and_going_stands_among_the_messages_of_the_members()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);
        await door.CallAsync("IM.JOIN", _bob, _team);
        await door.CallAsync("IM.GSEND", _bob, _team, "text", "hello");
        await door.CallAsync("IM.QUIT", _bob, _team);
        await door.CallAsync("IM.GSEND", _alice, _team, "text", "gone");

        Assert.Equal(
            [
                $"uid {_bob} gid {_team} action join", $"uid {_bob} gid {_team} text hello",
                $"uid {_bob} gid {_team} action quit", $"uid {_alice} gid {_team} text gone",
            ],
            (await door.ReceiveAsync(_alice, "START", "0")).Select(message => message.Fields));
    }

    [Fact]
    public async Task Nobody_receives_what_came_before_they_joined_or_after_they_left()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);
        await door.CallAsync("IM.GSEND", _alice, _team, "text", "before");
        await door.CallAsync("IM.JOIN", _bob, _team);
        await door.CallAsync("IM.GSEND", _alice, _team, "text", "between");
        List<FeedMessage> inside = await door.ReceiveAsync(_bob, "START", "0");
        await door.CallAsync("IM.QUIT", _bob, _team);
        await door.CallAsync("IM.GSEND", _alice, _team, "text", "after");

        Assert.Equal([$"uid {_bob} gid {_team} action join", $"uid {_alice} gid {_team} text between"], inside.Select(message => message.Fields));
        Assert.Equal("(nil)", await door.CallAsync("IM.RECIVE", _bob, "START", inside[^1].Id, "BLOCK", "1"));
        await door.CallAsync("IM.JOIN", _bob, _team);
        Assert.Equal("join", Assert.Single(await door.ReceiveAsync(_bob, "START", inside[^1].Id))["action"]);
    }

    [Theory]
    [InlineData("-ERR wrong number of arguments for 'im.group' command", "IM.GROUP")]
    [InlineData("-ERR wrong number of arguments for 'im.group' command", "IM.GROUP", "some-team", "carol", "name")]
    [InlineData("-ERR bad name", "IM.GROUP", "no spaces")]
    [InlineData("-ERR bad name", "IM.GROUP", "some-team", "!")]
    [InlineData("-ERR join must be open, approval or invite", "IM.GROUP", "some-team", "carol", "join", "never")]
    [InlineData("-ERR wrong number of arguments for 'im.join' command", "IM.JOIN", "carol")]
    [InlineData("-NOSUCHCONVERSATION There is no such conversation.", "IM.JOIN", "carol", "no-such-group")]
    [InlineData("-NOSUCHCONVERSATION There is no such conversation.", "IM.QUIT", "carol", "no-such-group")]
    [InlineData("-NOSUCHCONVERSATION There is no such conversation.", "IM.GSEND", "carol", "no-such-group", "text", "hi")]
    [InlineData("-ERR wrong number of arguments for 'im.gsend' command", "IM.GSEND", "carol", "some-team", "text")]
    public async Task What_makes_no_sense_is_refused(string error, params string[] words)
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal(error, await door.CallAsync(words));
    }
}
