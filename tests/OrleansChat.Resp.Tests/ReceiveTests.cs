using OrleansChat.Resp.Tests.Support;

namespace OrleansChat.Resp.Tests;

/// <summary><c>IM.RECIVE</c>: options, order, places, waiting.</summary>
public sealed class ReceiveTests(RespCluster cluster)
{
    private readonly string _alice = RespCluster.Name("alice");
    private readonly string _bob = RespCluster.Name("bob");
    private readonly string _team = RespCluster.Name("team");

    [Theory]
    [InlineData("-ERR NEED START", "carol")]
    [InlineData("-ERR NEED START", "carol", "COUNT", "1", "BLOCK", "1")]
    [InlineData("-ERR syntax error", "carol", "START")]
    [InlineData("-ERR syntax error", "carol", "BEGIN", "0")]
    [InlineData("-ERR Invalid stream ID specified as stream command argument", "carol", "START", "x")]
    [InlineData("-ERR Invalid stream ID specified as stream command argument", "carol", "START", "-1")]
    [InlineData("-ERR value is not an integer or out of range", "carol", "START", "0", "COUNT", "many")]
    [InlineData("-ERR timeout is not an integer or out of range", "carol", "START", "0", "BLOCK", "long")]
    [InlineData("-ERR timeout is negative", "carol", "START", "0", "BLOCK", "-1")]
    [InlineData("-ERR bad name", "c", "START", "0")]
    public async Task What_makes_no_sense_is_refused(string error, params string[] words)
    {
        await using RespSocket door = await cluster.North.ConnectAsync();

        Assert.Equal(error, await door.CallAsync(["IM.RECIVE", .. words]));
    }

    [Fact]
    public async Task Options_come_in_any_order_and_case_and_both_spellings_are_the_same()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        for (int i = 1; i <= 25; i++)
        {
            await door.CallAsync("IM.SEND", _alice, _bob, "text", $"{i}");
        }

        Assert.Equal(20, (await door.ReceiveAsync(_bob, "START", "0")).Count);
        Assert.Equal(["1", "2", "3"], (await door.ReceiveAsync(_bob, "count", "3", "Block", "5", "start", "0")).Select(message => message["text"]));
        Assert.Equal(25, (await door.ReceiveAsync(_bob, "BLOCK", "5", "START", "0-0", "COUNT", "0")).Count);
        Assert.StartsWith($"[[s:{_bob}, [[", await door.CallAsync("im.receive", _bob.ToUpperInvariant(), "START", "0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_new_is_nil_when_the_time_is_over()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "old");
        string last = (await door.ReceiveAsync(_bob, "START", "0"))[^1].Id;

        Assert.Equal("(nil)", await door.CallAsync("IM.RECIVE", _bob, "START", last, "BLOCK", "50"));
        Assert.Equal("(nil)", await door.CallAsync("IM.RECIVE", _bob, "START", "$", "BLOCK", "1"));
        Assert.Equal("(nil)", await door.CallAsync("IM.RECIVE", RespCluster.Name("nobody"), "START", "0", "BLOCK", "1"));
    }

    [Fact]
    public async Task Somebody_who_does_not_exist_yet_can_be_waited_for()
    {
        await using RespSocket waiting = await cluster.South.ConnectAsync();
        await using RespSocket door = await cluster.North.ConnectAsync();
        await waiting.SendAsync("IM.RECIVE", _bob, "START", "0", "BLOCK", "0");
        await Waiting.OneAsync(cluster.South, _bob);

        await door.CallAsync("IM.SEND", _alice, _bob, "text", "welcome");

        Assert.Equal("welcome", Assert.Single(await waiting.ReadFeedAsync())["text"]);
    }

    [Fact]
    public async Task Direct_and_group_messages_that_meet_in_the_same_millisecond_all_arrive_once()
    {
        const int Each = 3000;
        await using RespSocket door = await cluster.North.ConnectAsync();
        await using RespSocket other = await cluster.South.ConnectAsync();
        string carol = RespCluster.Name("carol");
        await door.CallAsync("IM.GROUP", _team, _alice);
        await door.CallAsync("IM.JOIN", _bob, _team);
        string joined = (await door.ReceiveAsync(_bob, "START", "0"))[^1].Id;
        using var requests = new MemoryStream();
        using var others = new MemoryStream();
        for (int i = 0; i < Each; i++)
        {
            requests.Write(RespSocket.Encode("IM.SEND", _alice, _bob, "text", $"d{i}"));
            requests.Write(RespSocket.Encode("IM.GSEND", _alice, _team, "text", $"g{i}"));
            others.Write(RespSocket.Encode("IM.SEND", carol, _bob, "text", $"c{i}"));
        }

        Task sending = Task.WhenAll(door.SendRawAsync(requests.ToArray()), other.SendRawAsync(others.ToArray()));
        var ids = new List<string>();
        for (int i = 0; i < Each; i++)
        {
            ids.Add(await door.ReadAsync());
            ids.Add(await door.ReadAsync());
            Assert.Matches(@"^\d+-\d+$", await other.ReadAsync());
        }

        await sending;
        List<FeedMessage> north = await ReadAllAsync(door, other, joined);
        List<FeedMessage> south = await ReadAllAsync(other, other, joined);

        Assert.All(ids, id => Assert.Matches(@"^\d+-\d+$", id));
        Assert.Equal(Enumerable.Range(0, Each).Select(i => $"d{i}"), Texts(north, "d"));
        Assert.Equal(Enumerable.Range(0, Each).Select(i => $"g{i}"), Texts(north, "g"));
        Assert.Equal(Enumerable.Range(0, Each).Select(i => $"c{i}"), Texts(north, "c"));
        Assert.Equal(3 * Each, north.Count);
        Assert.Equal(north.Select(message => (message.Id, message.Fields)), south.Select(message => (message.Id, message.Fields)));
        ulong[][] places = [.. north.Select(message => message.Id.Split('-').Select(ulong.Parse).ToArray())];
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.First[0] < pair.Second[0] || (pair.First[0] == pair.Second[0] && pair.First[1] < pair.Second[1])));
    }

    [Fact]
    public async Task A_feed_read_on_two_nodes_while_it_grows_has_no_hole_and_no_repeat()
    {
        const int Messages = 1500;
        await using RespSocket door = await cluster.North.ConnectAsync();
        await using RespSocket north = await cluster.North.ConnectAsync();
        await using RespSocket south = await cluster.South.ConnectAsync();
        await door.CallAsync("IM.GROUP", _team, _alice);
        await door.CallAsync("IM.JOIN", _bob, _team);
        string joined = (await door.ReceiveAsync(_bob, "START", "0"))[^1].Id;
        Task<List<FeedMessage>> one = FollowAsync(north, joined, Messages);
        Task<List<FeedMessage>> two = FollowAsync(south, joined, Messages);
        for (int i = 0; i < Messages; i += 100)
        {
            using var batch = new MemoryStream();
            for (int j = i; j < i + 100; j++)
            {
                batch.Write(j % 2 == 0 ? RespSocket.Encode("IM.SEND", _alice, _bob, "text", $"{j}") : RespSocket.Encode("IM.GSEND", _alice, _team, "text", $"{j}"));
            }

            await door.SendRawAsync(batch.ToArray());
            for (int j = 0; j < 100; j++)
            {
                await door.ReadAsync();
            }
        }

        List<FeedMessage> first = await one;
        Assert.Equal(Messages, first.DistinctBy(message => message["text"]).Count());
        Assert.Equal(first.Select(message => (message.Id, message.Fields)), (await two).Select(message => (message.Id, message.Fields)));
    }

    [Fact]
    public async Task Edits_show_and_deleted_texts_are_gone()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        using var http = new HttpClient { BaseAddress = cluster.North.Server.Url };
        await door.CallAsync("IM.USER", _alice, "password", "correct horse");
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "one");
        await door.CallAsync("IM.SEND", _alice, _bob, "text", "two");
        await door.ReceiveAsync(_bob, "START", "0");
        http.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(http));
        string conversation = string.CompareOrdinal(_alice, _bob) < 0 ? $"dm:{_alice}:{_bob}" : $"dm:{_bob}:{_alice}";
        using StringContent edit = new("""{"text":"ONE"}""", System.Text.Encoding.UTF8, "application/json");
        (await http.PatchAsync($"/api/v1/conversations/{conversation}/messages/1", edit)).EnsureSuccessStatusCode();
        (await http.DeleteAsync($"/api/v1/conversations/{conversation}/messages/2")).EnsureSuccessStatusCode();

        List<FeedMessage> feed = await door.ReceiveAsync(_bob, "START", "0");

        Assert.Equal(["ONE", null], feed.Select(message => message["text"]));
        Assert.NotNull(feed[0]["edited"]);
        Assert.Equal("true", feed[1]["deleted"]);
    }

    private async Task<List<FeedMessage>> FollowAsync(RespSocket door, string start, int count)
    {
        var all = new List<FeedMessage>();
        while (all.Count < count)
        {
            all.AddRange(await door.ReceiveAsync(_bob, "START", all.Count == 0 ? start : all[^1].Id, "COUNT", "100", "BLOCK", "20000"));
        }

        return all;
    }

    private async Task<List<FeedMessage>> ReadAllAsync(RespSocket one, RespSocket other, string start)
    {
        var all = new List<FeedMessage>();
        for (int turn = 0; ; turn++)
        {
            List<FeedMessage> page = await (turn % 2 == 0 ? one : other).ReceiveAsync(
                _bob, "START", all.Count == 0 ? start : all[^1].Id, "COUNT", "700", "BLOCK", "1");
            if (page.Count == 0)
            {
                return all;
            }

            all.AddRange(page);
        }
    }

    private static IEnumerable<string?> Texts(List<FeedMessage> messages, string prefix) =>
        messages.Select(message => message["text"]).Where(text => text!.StartsWith(prefix, StringComparison.Ordinal));

    private async Task<string> TokenAsync(HttpClient http)
    {
        using StringContent body = new($$"""{"name":"{{_alice}}","password":"correct horse"}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync("/api/v1/sessions", body);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("token").GetString()!;
    }
}
