using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Tests.Conversations;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Groups;

/// <summary>Creating, joining, leaving, settings, the directory and the end of groups.</summary>
public abstract class GroupStoreSpecification : ConversationSpecification
{
    private static readonly long FarFuture = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Group_begins_with_an_entry_that_names_its_title_and_members()
    {
        string group = NewName("new");
        var talk = new Talk(Log, ConversationId.Group(group));

        Appended created = Ok(await Groups.CreateAsync(
            group, talk.By("owner"), new GroupSettings("\"Hash\" & \\ 😀", JoinPolicy.Approval, false, true), [new("bob", ""), new("amy", ""), new("owner", "")]));

        Assert.Equal(1, created.Position.Seq);
        Assert.Equal("""{"type":"created","title":"\"Hash\" & \\ 😀","members":["owner","bob","amy"]}""", Parsed(Data(created)));
        GroupInfo info = Ok(await Groups.GetAsync(group, talk.By("owner")));
        Assert.Equal(new GroupInfo(group, "\"Hash\" & \\ 😀", JoinPolicy.Approval, false, true, 3, MemberRole.Owner), info);
        Assert.Equal(String(created.Message), String((await talk.HistoryAsync("bob")).Messages[0]));
        Assert.Equal((0L, "\"Hash\" & \\ 😀"), ((await talk.SummaryAsync("bob")).Unread, (await talk.SummaryAsync("bob")).Title));
    }

    [Fact]
    public async Task Group_id_is_given_once_even_to_two_at_the_same_time()
    {
        string group = NewName("once");
        var talk = new Talk(Log, ConversationId.Group(group));

        Result<Appended>[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            Groups.CreateAsync(group, talk.By($"user{i}"), new GroupSettings(), [])));

        Result<Appended> created = Assert.Single(results, result => result.IsOk);
        Assert.All(results.Where(result => result != created), result => AssertRefused(ChatError.NameTaken, result));
        Assert.Equal(1, (await talk.RangeAsync()).Last);
        Assert.Equal(group, Ok(await Groups.GetAsync(group, talk.By(Parse(created.Value!.Message).GetProperty("from").GetString()!))).Title);
    }

    [Fact]
    public async Task Every_system_entry_says_what_happened()
    {
        Talk talk = await NewGroupAsync();
        await AssertEntryAsync("late", GroupVerb.Join, null, """{"type":"joined","user":"late"}""");
        await AssertEntryAsync("admin", GroupVerb.Invite, "friend", """{"type":"joined","user":"friend","by":"admin"}""");
        await AssertEntryAsync("late", GroupVerb.Leave, null, """{"type":"left","user":"late"}""");
        await AssertEntryAsync("admin", GroupVerb.Mute, "member", $$"""{"type":"muted","user":"member","until":{{FarFuture}}}""", until: FarFuture);
        await AssertEntryAsync("admin", GroupVerb.Mute, "member", """{"type":"unmuted","user":"member","until":0}""", until: 0);
        await AssertEntryAsync("owner", GroupVerb.Role, "member", """{"type":"role","user":"member","role":"owner"}""", role: MemberRole.Owner);
        await AssertEntryAsync("member", GroupVerb.Role, "owner", """{"type":"role","user":"owner","role":"member"}""");
        await AssertEntryAsync("admin", GroupVerb.Kick, "owner", """{"type":"kicked","user":"owner"}""");
        await AssertEntryAsync("admin", GroupVerb.Ban, "friend", """{"type":"banned","user":"friend"}""");
        await AssertEntryAsync("admin", GroupVerb.Ban, "nobody", """{"type":"banned","user":"nobody"}""");
        await AssertEntryAsync("member", GroupVerb.Unban, "friend", """{"type":"unbanned","user":"friend"}""");
        await AssertEntryAsync("admin", GroupVerb.Update, null, """{"type":"renamed","title":"a \"b\" ä"}""", settings: new GroupSettings("a \"b\" ä"));
        await AssertEntryAsync(
            "admin", GroupVerb.Update, null, """{"type":"updated","title":"T","join":"approval","public":true,"history":"joined"}""",
            settings: new GroupSettings("T", JoinPolicy.Approval, true, true));
        await AssertEntryAsync("admin", GroupVerb.Update, null, """{"type":"updated","history":"all"}""", settings: new GroupSettings(HistoryFromJoin: false));
        Assert.True((await DoAsync(talk, "late", GroupVerb.Join)).Pending);
        await AssertEntryAsync("admin", GroupVerb.Approve, "late", """{"type":"joined","user":"late","by":"admin"}""");
        await AssertEntryAsync("member", GroupVerb.Delete, null, """{"type":"deleted"}""");

        async Task AssertEntryAsync(
            string actor, GroupVerb verb, string? user, string data, MemberRole role = MemberRole.Member, long until = 0, GroupSettings? settings = null)
        {
            long last = (await talk.RangeAsync(limit: 0)).Last;
            Appended entry = await DoAsync(talk, actor, verb, user, role, until, settings);
            Assert.Equal(last + 1, entry.Position.Seq);
            Assert.Equal((actor, "system"), (Parse(entry.Message).GetProperty("from").GetString(), Parse(entry.Message).GetProperty("kind").GetString()));
            Assert.Equal(data, Parsed(Data(entry)));
            Assert.False(entry.Pending);
        }
    }

    [Fact]
    public async Task Command_that_changes_nothing_adds_no_entry()
    {
        Talk talk = await NewGroupAsync();
        await DoAsync(talk, "owner", GroupVerb.Ban, "pest");
        await DoAsync(talk, "owner", GroupVerb.Mute, "member", until: FarFuture);
        long last = (await talk.RangeAsync(limit: 0)).Last;

        foreach (Appended again in new[]
        {
            await DoAsync(talk, "member", GroupVerb.Join),
            await DoAsync(talk, "owner", GroupVerb.Invite, "member"),
            await DoAsync(talk, "owner", GroupVerb.Ban, "pest"),
            await DoAsync(talk, "owner", GroupVerb.Mute, "member", until: FarFuture),
            await DoAsync(talk, "owner", GroupVerb.Role, "admin", MemberRole.Admin),
        })
        {
            Assert.True(again.Message.IsEmpty);
            Assert.Equal(last, again.Position.Seq);
        }

        Assert.Equal(last, (await talk.RangeAsync(limit: 0)).Last);
    }

    [Fact]
    public async Task Request_to_join_waits_until_it_is_approved_or_rejected()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Approval));
        string group = talk.Id.GroupId!;
        foreach (string name in new[] { "zoe", "bob", "amy" })
        {
            Appended asked = await DoAsync(talk, name, GroupVerb.Join);
            Assert.True(asked is { Pending: true, Message.IsEmpty: true });
            AssertRefused(ChatError.NotMember, await talk.TrySayAsync(name, "let me in"));
        }

        Page<string> first = Ok(await Groups.RequestsAsync(group, talk.By("admin"), null, 2));
        Page<string> rest = Ok(await Groups.RequestsAsync(group, talk.By("admin"), first.Next, 2));
        Assert.Equal(["amy", "bob"], first.Items);
        Assert.Equal((null, "zoe"), (rest.Next, Assert.Single(rest.Items)));
        AssertRefused(ChatError.Forbidden, await Groups.RequestsAsync(group, talk.By("member"), null, 2));

        await DoAsync(talk, "admin", GroupVerb.Approve, "amy");
        await DoAsync(talk, "admin", GroupVerb.Reject, "bob");
        AssertRefused(ChatError.NoSuchUser, await TryAsync(talk, "admin", GroupVerb.Reject, "bob"));
        AssertRefused(ChatError.NoSuchUser, await TryAsync(talk, "admin", GroupVerb.Approve, "bob"));
        await DoAsync(talk, "admin", GroupVerb.Ban, "zoe");
        AssertRefused(ChatError.NoSuchUser, await TryAsync(talk, "admin", GroupVerb.Approve, "zoe"));

        Assert.Empty(Ok(await Groups.RequestsAsync(group, talk.By("admin"), null, 10)).Items);
        await talk.SayAsync("amy", "hi");
        AssertRefused(ChatError.NotMember, await talk.TrySayAsync("bob", "hi"));
        AssertRefused(ChatError.Banned, await TryAsync(talk, "zoe", GroupVerb.Join));
    }

    [Fact]
    public async Task Request_of_a_guest_lets_that_guest_in_and_no_later_one()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Approval));
        talk.Guest("guest", "first");
        await DoAsync(talk, "guest", GroupVerb.Join);
        talk.Guest("guest", "second");

        await DoAsync(talk, "owner", GroupVerb.Approve, "guest");

        AssertRefused(ChatError.NotMember, await talk.TrySayAsync("guest", "hi"));
        talk.Guest("guest", "first");
        await talk.SayAsync("guest", "hi");
    }

    [Fact]
    public async Task Invited_person_s_request_is_settled()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Approval));
        await DoAsync(talk, "bob", GroupVerb.Join);
        await DoAsync(talk, "owner", GroupVerb.Invite, "bob");

        Assert.Empty(Ok(await Groups.RequestsAsync(talk.Id.GroupId!, talk.By("owner"), null, 10)).Items);
    }

    [Fact]
    public async Task Banned_person_stays_out_until_the_ban_is_lifted()
    {
        Talk talk = await NewGroupAsync();
        await DoAsync(talk, "admin", GroupVerb.Ban, "member");

        AssertRefused(ChatError.Banned, await TryAsync(talk, "member", GroupVerb.Join));
        AssertRefused(ChatError.Banned, await TryAsync(talk, "owner", GroupVerb.Invite, "member"));
        AssertRefused(ChatError.NoSuchUser, await TryAsync(talk, "owner", GroupVerb.Unban, "stranger"));
        await DoAsync(talk, "admin", GroupVerb.Unban, "member");
        await DoAsync(talk, "member", GroupVerb.Join);
        await talk.SayAsync("member", "back");
    }

    // The admin who has been in it longest, else the member who has; names decide where that is equal.
    [Fact]
    public async Task Last_owner_who_leaves_hands_the_group_on()
    {
        Talk talk = await NewGroupAsync(null, "second.admin", "aaron");
        await DoAsync(talk, "owner", GroupVerb.Role, "second.admin", MemberRole.Admin);

        Assert.Equal("""{"type":"left","user":"owner","owner":"admin"}""", Parsed(Data(await DoAsync(talk, "owner", GroupVerb.Leave))));
        Assert.Equal("""{"type":"left","user":"admin","owner":"second.admin"}""", Parsed(Data(await DoAsync(talk, "admin", GroupVerb.Leave))));
        Assert.Equal(MemberRole.Owner, (await talk.SummaryAsync("second.admin")).Role);
        Assert.Equal("""{"type":"left","user":"second.admin","owner":"aaron"}""", Parsed(Data(await DoAsync(talk, "second.admin", GroupVerb.Leave))));
        await DoAsync(talk, "aaron", GroupVerb.Role, "member", MemberRole.Owner);
        Assert.Equal("""{"type":"left","user":"aaron"}""", Parsed(Data(await DoAsync(talk, "aaron", GroupVerb.Leave))));
        Assert.Equal("""{"type":"left","user":"member"}""", Parsed(Data(await DoAsync(talk, "member", GroupVerb.Leave))));
        AssertRefused(ChatError.NotMember, await TryAsync(talk, "member", GroupVerb.Leave));
    }

    [Fact]
    public async Task Owner_steps_down_only_while_another_one_stays()
    {
        Talk talk = await NewGroupAsync();
        AssertRefused(ChatError.Forbidden, await TryAsync(talk, "owner", GroupVerb.Role, "owner"));
        await DoAsync(talk, "owner", GroupVerb.Role, "member", MemberRole.Owner);

        await DoAsync(talk, "owner", GroupVerb.Role, "owner");

        Assert.Equal(MemberRole.Member, (await talk.SummaryAsync("owner")).Role);
        AssertRefused(ChatError.Forbidden, await TryAsync(talk, "member", GroupVerb.Role, "member"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public async Task Members_are_read_in_pages_by_name(int limit)
    {
        Talk talk = await NewGroupAsync(null, "zoe", "bob");
        await DoAsync(talk, "late", GroupVerb.Join);
        await DoAsync(talk, "owner", GroupVerb.Mute, "bob", until: FarFuture);

        var found = new List<GroupMember>();
        string? after = null;
        do
        {
            Page<GroupMember> page = Ok(await Groups.MembersAsync(talk.Id.GroupId!, talk.By("member"), after, limit));
            Assert.True(page.Items.Count <= limit);
            found.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(
            [
                new("admin", MemberRole.Admin, 1, 0), new("bob", MemberRole.Member, 1, FarFuture), new("late", MemberRole.Member, 3, 0),
                new("member", MemberRole.Member, 1, 0), new("owner", MemberRole.Owner, 1, 0), new GroupMember("zoe", MemberRole.Member, 1, 0),
            ],
            found);
    }

    [Fact]
    public async Task Public_groups_are_listed_and_shown_to_everybody_and_private_ones_to_members()
    {
        string prefix = NewName("dir");
        foreach (string id in new[] { "c", "a", "b" })
        {
            Ok(await Groups.CreateAsync($"{prefix}-{id}", new Actor("owner", "", "here"), new GroupSettings(id, JoinPolicy.Open, Public: id != "b"), []));
        }

        Actor stranger = new("stranger", "", "here");
        Assert.Equal([$"{prefix}-a", $"{prefix}-c"], (await Groups.ListPublicAsync(prefix, null, 10)).Items);
        Page<string> first = await Groups.ListPublicAsync(prefix, null, 1);
        Assert.Equal($"{prefix}-c", Assert.Single((await Groups.ListPublicAsync(prefix, first.Next, 1)).Items));
        Assert.Null(Ok(await Groups.GetAsync($"{prefix}-a", stranger)).Role);
        AssertRefused(ChatError.NotMember, await Groups.GetAsync($"{prefix}-b", stranger));
        AssertRefused(ChatError.NoSuchConversation, await Groups.GetAsync($"{prefix}-x", stranger));

        var talk = new Talk(Log, ConversationId.Group($"{prefix}-a"));
        await DoAsync(talk, "owner", GroupVerb.Update, settings: new GroupSettings(Public: false));
        Assert.Equal([$"{prefix}-c"], (await Groups.ListPublicAsync(prefix, null, 10)).Items);
        await DoAsync(talk, "owner", GroupVerb.Update, settings: new GroupSettings(Public: true));
        Assert.Equal([$"{prefix}-a", $"{prefix}-c"], (await Groups.ListPublicAsync(prefix, null, 10)).Items);
        await DoAsync(talk, "owner", GroupVerb.Delete);
        Assert.Equal([$"{prefix}-c"], (await Groups.ListPublicAsync(prefix, null, 10)).Items);
    }

    [Fact]
    public async Task Deleted_group_is_gone_for_everybody_and_its_id_is_not_used_again()
    {
        Talk talk = await NewGroupAsync();
        long seq = await talk.SayAsync("member", "hi");
        long deleted = (await DoAsync(talk, "owner", GroupVerb.Delete)).Position.Seq;

        Assert.Equal(seq + 1, deleted);
        AssertRefused(ChatError.NoSuchConversation, await talk.TrySayAsync("member", "no"));
        AssertRefused(ChatError.NoSuchConversation, await talk.TryHistoryAsync("member"));
        AssertRefused(ChatError.NoSuchConversation, await Log.SummaryAsync(talk.Id, talk.By("owner")));
        AssertRefused(ChatError.NoSuchConversation, await Log.ReadAsync(talk.Id, talk.By("owner"), 0, 10, null));
        AssertRefused(ChatError.NoSuchConversation, await Groups.GetAsync(talk.Id.GroupId!, talk.By("owner")));
        AssertRefused(ChatError.NoSuchConversation, await TryAsync(talk, "new", GroupVerb.Join));
        AssertRefused(ChatError.NoSuchConversation, await TryAsync(talk, "owner", GroupVerb.Delete));
        AssertRefused(ChatError.NameTaken, await Groups.CreateAsync(talk.Id.GroupId!, talk.By("owner"), new GroupSettings(), []));
    }

    [Fact]
    public async Task Node_that_missed_the_end_of_a_group_reads_it_from_the_log()
    {
        Talk talk = await NewGroupAsync();
        await talk.SayAsync("member", "gone with the group");
        Appended deleted = await DoAsync(talk, "owner", GroupVerb.Delete);

        LogRange range = await talk.RangeAsync();

        Assert.Equal((deleted.Position.Seq, deleted.Position.Seq), (range.First, range.Last));
        Assert.Equal(String(deleted.Message), String(Assert.Single(range.Entries).Message));
    }

    /// <summary>JSON with escapes undone, for comparing.</summary>
    protected static string Parsed(string json) => System.Text.RegularExpressions.Regex.Replace(
        json, @"\\u[0-9A-Fa-f]{4}", match => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString());

    private static string Data(Appended entry) => Parse(entry.Message).GetProperty("data").GetRawText();
}
