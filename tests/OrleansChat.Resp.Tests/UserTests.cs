using OrleansChat.Resp.Tests.Support;

namespace OrleansChat.Resp.Tests;

/// <summary><c>IM.USER</c>, <c>IM.LINK</c>, <c>IM.UNLINK</c>.</summary>
public sealed class UserTests(RespCluster cluster)
{
    private readonly string _alice = RespCluster.Name("alice");
    private readonly string _bob = RespCluster.Name("bob");

    [Fact]
    public async Task An_unknown_user_has_no_fields()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal("[]", await door.CallAsync("IM.USER", _alice));
    }

    [Fact]
    public async Task Fields_are_created_and_merged_and_show_the_same_on_another_node()
    {
        await using RespSocket north = await cluster.North.ConnectAsync();
        await using RespSocket south = await cluster.South.ConnectAsync();

        Assert.Equal("OK", await north.CallAsync("IM.USER", _alice, "name", "Alice", "avatar", "a.png", "city", "Paris"));
        Assert.Equal("OK", await south.CallAsync("im.user", _alice.ToUpperInvariant(), "city", "Rome", "age", "30"));

        Assert.Equal("[name, Alice, avatar, a.png, city, Rome, age, 30]", await north.CallAsync("IM.USER", _alice));
    }

    [Fact]
    public async Task A_name_equal_to_the_users_is_a_field_like_any_other()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.USER", _alice, "age", "30", "name", _alice);

        Assert.Equal($"[age, 30, name, {_alice}]", await door.CallAsync("IM.USER", _alice));
    }

    [Theory]
    [InlineData("-ERR wrong number of arguments for 'im.user' command", "IM.USER")]
    [InlineData("-ERR wrong number of arguments for 'im.user' command", "IM.USER", "carol", "name")]
    [InlineData("-ERR wrong number of arguments for 'im.user' command", "IM.USER", "carol", "name", "Carol", "age")]
    [InlineData("-ERR bad name", "IM.USER", "no spaces")]
    [InlineData("-ERR bad name", "IM.USER", "x", "name", "X")]
    [InlineData("-ERR wrong number of arguments for 'im.link' command", "IM.LINK", "carol")]
    [InlineData("-ERR bad name", "IM.LINK", "carol", "*")]
    [InlineData("-ERR This is you.", "IM.LINK", "carol", "carol")]
    [InlineData("-ERR wrong number of arguments for 'im.unlink' command", "IM.UNLINK", "carol", "dave", "eve")]
    public async Task What_makes_no_sense_is_refused(string error, params string[] words)
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal(error, await door.CallAsync(words));
    }

    [Fact]
    public async Task A_password_lets_the_user_in_and_is_never_shown()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        using var http = new HttpClient { BaseAddress = cluster.North.Server.Url };
        await door.CallAsync("IM.USER", _alice, "name", "Alice");
        using StringContent body = new($$"""{"name":"{{_alice}}","password":"correct horse"}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage before = await http.PostAsync("/api/v1/sessions", body);

        Assert.Equal("OK", await door.CallAsync("IM.USER", _alice, "password", "correct horse"));
        using StringContent again = new($$"""{"name":"{{_alice}}","password":"correct horse"}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage after = await http.PostAsync("/api/v1/sessions", again);

        Assert.Equal([401, 200], [(int)before.StatusCode, (int)after.StatusCode]);
        Assert.Equal("[name, Alice]", await door.CallAsync("IM.USER", _alice));
    }

    [Fact]
    public async Task Links_are_told_to_both_once_and_after_what_was_sent_before()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "before");

        Assert.Equal(":1", await door.CallAsync("IM.LINK", _alice, _bob));
        Assert.Equal(":0", await door.CallAsync("IM.LINK", _alice, _bob));
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "after");
        Assert.Equal(":1", await door.CallAsync("IM.UNLINK", _alice, _bob));
        Assert.Equal(":0", await door.CallAsync("IM.UNLINK", _alice, _bob));

        string between = $"uid {_alice} tuid {_bob}";
        string[] expected = [$"{between} text before", $"{between} action link", $"{between} text after", $"{between} action unlink"];
        Assert.Equal(expected, (await door.ReceiveAsync(_alice, "START", "0")).Select(message => message.Fields));
        Assert.Equal(expected, (await door.ReceiveAsync(_bob, "START", "0")).Select(message => message.Fields));
    }

    [Fact]
    public async Task A_link_wakes_a_reader_on_another_node()
    {
        await using RespSocket north = await cluster.North.ConnectAsync();
        await using RespSocket south = await cluster.South.ConnectAsync();
        await south.SendAsync("IM.RECIVE", _bob, "START", "0", "BLOCK", "0");
        await Waiting.OneAsync(cluster.South, _bob);

        await north.CallAsync("IM.LINK", _alice, _bob);

        Assert.Equal("link", Assert.Single(await south.ReadFeedAsync())["action"]);
    }
}
