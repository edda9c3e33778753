using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Line;

public sealed class ListTests(DoorsFixture doors)
{
    [Fact]
    public async Task WHO_lists_everybody_online_on_any_node_and_door_and_counts_them()
    {
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using LineClient alice = await LineClient.SignInAsync(doors.North, a);
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);
        using LineClient stranger = await LineClient.ConnectAsync(doors.North);

        IReadOnlyList<string> who = await stranger.ListAsync("WHO");

        Assert.Contains(a, who);
        Assert.Contains(b, who);
        Assert.Equal($"OK WHO {who.Count - 1}", who[^1]);
    }

    [Fact]
    public async Task STATUS_is_seen_at_every_door()
    {
        string name = doors.Name("alice");
        using LineClient alice = await LineClient.SignInAsync(doors.North, name);
        using RestUser reader = await RestUser.GuestAsync(doors.South, doors.Name("reader"));

        Assert.Equal("OK STATUS", await alice.AskAsync("STATUS out for lunch"));
        Assert.Equal("out for lunch", (await reader.GetAsync($"/users/{name}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task JOIN_SAY_and_PART_of_a_group()
    {
        (string a, string b, string group) = (doors.Name("alice"), doors.Name("bob"), doors.Name("north"));
        using RestUser owner = await RestUser.RegisterAsync(doors.North, doors.Name("owner"));
        await owner.CreateGroupAsync(group);
        using LineClient alice = await LineClient.SignInAsync(doors.North, a);
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);

        Assert.Equal($"OK JOIN {group}", await alice.AskAsync($"JOIN {group}"));
        Assert.Equal($"OK JOIN {group}", await bob.AskAsync($"JOIN {group}"));
        Assert.Equal([$"* SAY {group} {a} hi  all", "OK SAY 4"], await alice.SayAsync($"SAY {group} hi  all"));
        await bob.HearAsync($"* SAY {group} {a} hi  all");
        await owner.SayAsync(group, "through another door");
        await bob.HearAsync($"* SAY {group} {owner.Name} through another door");
        Assert.Equal([$"4 {a} hi  all", $"5 {owner.Name} through another door", "OK HISTORY 2"], await bob.ListAsync($"HISTORY {group}"));
        Assert.Equal($"OK PART {group}", await bob.AskAsync($"PART {group}"));
        Assert.Equal("ERR not member", await bob.AskAsync($"SAY {group} hi"));
        Assert.Equal("ERR not member", await bob.AskAsync($"HISTORY {group}"));
    }

    [Fact]
    public async Task JOIN_of_a_group_that_admits_waits_for_approval()
    {
        string group = doors.Name("north");
        using RestUser owner = await RestUser.RegisterAsync(doors.North, doors.Name("owner"));
        await owner.CreateGroupAsync(group, "approval");
        using LineClient alice = await LineClient.SignInAsync(doors.North, doors.Name("alice"));

        Assert.Equal($"OK JOIN {group} pending", await alice.AskAsync($"JOIN {group}"));
    }

    [Fact]
    public async Task Groups_that_do_not_exist_are_refused()
    {
        using LineClient alice = await LineClient.SignInAsync(doors.North, doors.Name("alice"));

        Assert.Equal("ERR no such group", await alice.AskAsync("JOIN nothing-of-this-name"));
        Assert.Equal("ERR no such group", await alice.AskAsync("JOIN !"));
        Assert.Equal("ERR no such group", await alice.AskAsync("PART nothing-of-this-name"));
        Assert.Equal("ERR no such group", await alice.AskAsync("SAY nothing-of-this-name hi"));
        Assert.Equal("ERR usage: SAY <group> <text>", await alice.AskAsync("SAY nothing-of-this-name"));
    }

    [Fact]
    public async Task HISTORY_lists_the_last_messages_oldest_first()
    {
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using LineClient alice = await LineClient.SignInAsync(doors.North, a);
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);
        await alice.AskAsync($"TALKTO {b}");
        for (int i = 1; i <= 25; i++)
        {
            await alice.AskAsync($"MSG {b} m{i}");
        }

        await bob.HearAsync($"* MSG {a} {b} m25");
        Assert.Equal([$"24 {a} m24", $"25 {a} m25", "OK HISTORY 2"], await bob.ListAsync($"HISTORY {a} 2"));
        IReadOnlyList<string> page = await bob.ListAsync($"HISTORY {a}");
        Assert.Equal("OK HISTORY 20", page[^1]);
        Assert.Equal($"6 {a} m6", page[0]);
        Assert.Equal("OK HISTORY 25", await bob.AskAsync($"HISTORY {a} 1000"));
    }

    [Fact]
    public async Task HISTORY_with_nobody_and_with_a_bad_number_is_refused()
    {
        using LineClient alice = await LineClient.SignInAsync(doors.North, doors.Name("alice"));
        using LineClient bob = await LineClient.SignInAsync(doors.North, doors.Name("bob"));

        Assert.StartsWith("ERR no such user", await alice.AskAsync("HISTORY nobody-of-this-name"), StringComparison.Ordinal);
        Assert.Equal("ERR usage: HISTORY <name or group> [n]", await alice.AskAsync("HISTORY bob 0"));
        Assert.Equal("ERR usage: HISTORY <name or group> [n]", await alice.AskAsync("HISTORY bob x"));
        Assert.Equal("ERR usage: HISTORY <name or group> [n]", await alice.AskAsync("HISTORY"));
    }

    [Fact]
    public async Task HELP_shows_every_command_also_before_NICK()
    {
        using LineClient stranger = await LineClient.ConnectAsync(doors.North);

        IReadOnlyList<string> help = await stranger.ListAsync("HELP");

        Assert.Equal(
            ["NICK", "REGISTER", "WHO", "TALKTO", "MSG", "STOP", "IGNORE", "UNIGNORE", "STATUS", "JOIN", "PART", "SAY", "HISTORY", "HELP", "QUIT"],
            help.SkipLast(1).Select(line => line.Split(' ')[0]));
        Assert.Equal("OK HELP", help[^1]);
    }
}
